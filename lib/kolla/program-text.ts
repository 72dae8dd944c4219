import { readFileSync } from 'node:fs';

/** What a program of Python is made of, as far as it matters for where its statements begin and end. */
const TOKEN = new RegExp(
  [
    /[A-Za-z]{0,2}(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?''')/,
    /[A-Za-z]{0,2}(?:"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')/,
    /(?<comment>#[^\n]*)/,
    /(?<end>\\?\n)/,
    /(?<open>[([{])/,
    /(?<close>[)\]}])/,
    /[A-Za-z0-9_]+|[^]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** A statement, or the head of a block. */
interface Statement {
  /** In the source. */
  readonly indent: number;
  /** Its lines, each without the blanks around it. One that holds a text of several lines holds all of them. */
  readonly lines: readonly string[];
  readonly afterBlankLine: boolean;
}

const STEP = '  ';
const DOCUMENTATION = /^"""[^]*"""$/;

/** What a program begins with that is run by its path. */
const INTERPRETER = /^#!.*\n/;

/**
 * A program of Python as a chart carries it: without comments, without all but the first line of its documentation, both
 * of which are for who reads its source, and indented by two blanks. To Python it is the same program.
 */
export function programText(python: string): string {
  const blocks: number[] = [];
  let begins = true;
  const lines = statementsOf(python).flatMap(({ indent, lines: [first = '', ...more], afterBlankLine }, i) => {
    while (blocks.length > 0 && blocks.at(-1)! >= indent) blocks.pop();
    const step = STEP.repeat(blocks.length);
    const isDocumentation = begins && DOCUMENTATION.test(first);
    begins = (more.at(-1) ?? first).endsWith(':');
    if (begins) blocks.push(indent);
    if (isDocumentation) return i === 0 ? [first.replace(/\n[^]*/, '"""')] : [];
    return [...(afterBlankLine ? [''] : []), step + first, ...more.map((line) => step + STEP + STEP + line)];
  });
  return `${INTERPRETER.exec(python)?.[0] ?? ''}${lines.join('\n')}\n`;
}

function statementsOf(python: string): Statement[] {
  const statements: Statement[] = [];
  let [line, brackets, afterBlankLine, commented] = ['', 0, false, false];
  let lines: string[] = [];
  for (const { 0: text, groups = {} } of python.matchAll(TOKEN)) {
    const { comment, end, open, close } = groups;
    if (open) brackets += 1;
    if (close) brackets -= 1;
    if (comment) commented = true;
    else if (!end) line += text;
    if (!end) continue;
    const joins = end.startsWith('\\');
    if (line.trim() !== '') lines.push(joins ? `${line.trimEnd()} \\` : line.trimEnd());
    else if (!commented) afterBlankLine ||= lines.length === 0 && statements.length > 0;
    [line, commented] = ['', false];
    if (lines.length === 0 || brackets > 0 || joins) continue;
    statements.push({ indent: lines[0]!.search(/\S/), lines: lines.map((one) => one.trim()), afterBlankLine });
    [lines, afterBlankLine] = [[], false];
  }
  return statements;
}

const programs = new Map<string, string>();

/** The text of the program in a file. Most charts carry the same ones, so each is made once. */
export function readProgram(file: string): string {
  const source = readFileSync(file, 'utf8');
  const text = programs.get(source) ?? programText(source);
  programs.set(source, text);
  return text;
}
