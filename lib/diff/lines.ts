/** Lines of context around a change. */
const CONTEXT = 2;
/** Tables larger than this are not made: what is between equal ends is then shown as replaced, which is as true. */
const MOST_CELLS = 4_000_000;

type Mark = ' ' | '-' | '+';
type Line = readonly [mark: Mark, text: string];

const linesOf = (text: string): string[] => {
  const lines = text.split('\n');
  // The end of the last line begins none.
  if (lines.at(-1) === '') lines.pop();
  else lines.push('\\ no end of line');
  return text === '' ? [] : lines;
};

/** The lines that differ between two texts, with little around them, as `diff -u` writes them. */
export function unified(before: string, after: string): string {
  const lines = edits(linesOf(before), linesOf(after));
  const shown = lines.map(([mark], i) => {
    const near = lines.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1);
    return mark !== ' ' || near.some(([other]) => other !== ' ');
  });
  const text: string[] = [];
  let [old, fresh] = [1, 1];
  for (let i = 0; i < lines.length;) {
    const end = shown.indexOf(!shown[i], i);
    const hunk = lines.slice(i, end < 0 ? lines.length : end);
    const count = (mark: Mark): number => hunk.filter(([other]) => other === ' ' || other === mark).length;
    const [gone, come] = [count('-'), count('+')];
    if (shown[i]) {
      text.push(`@@ -${range(old, gone)} +${range(fresh, come)} @@`, ...hunk.map(([mark, line]) => `${mark}${line}`));
    }
    [old, fresh] = [old + gone, fresh + come];
    i += hunk.length;
  }
  return text.join('\n');
}

/** As `diff -u` counts: of no lines at all, the one before them. */
const range = (start: number, count: number): string => `${count === 0 ? start - 1 : start},${count}`;

function edits(before: readonly string[], after: readonly string[]): Line[] {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((line) => [' ', line]);
  const middle = between(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))];
}

/** By the longest common subsequence; of one place, what goes stands before what comes. */
function between(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  if (width * (before.length + 1) > MOST_CELLS) return replaced(before, after);
  const common = new Uint32Array(width * (before.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const [below, beside] = [common[(i + 1) * width + j]!, common[i * width + j + 1]!];
      const both = before[i] === after[j] ? common[(i + 1) * width + j + 1]! + 1 : 0;
      common[i * width + j] = Math.max(below, beside, both);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push([' ', before[i]!]);
      [i, j] = [i + 1, j + 1];
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) {
      lines.push(['-', before[i]!]);
      i += 1;
    } else {
      lines.push(['+', after[j]!]);
      j += 1;
    }
  }
  return [...lines, ...replaced(before.slice(i), after.slice(j))];
}

const replaced = (before: readonly string[], after: readonly string[]): Line[] => [
  ...before.map((line): Line => ['-', line]),
  ...after.map((line): Line => ['+', line]),
];
