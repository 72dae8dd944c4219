/** An edit within a name weighs one; case, `-` and `_` together weigh less than any edit, so they only break ties. */
const SPELLING_WEIGHT = 1e-3;

/** More edits than this are another word, however long the name. */
const MOST_EDITS = 4;

/**
 * The known name that was most likely meant: the one with the fewest edits (a letter added, left out, changed, or two
 * neighbours swapped). Case, `-` and `_` hardly count, so `Keystone-Admin-Password` finds `keystone_admin_password`.
 * Of equally near names, the first known one.
 *
 * @returns undefined when none is near: more than one edit for each four characters, or more than four
 */
export function nearest(found: string, known: readonly string[]): string | undefined {
  const letters = foldSpelling(found);
  const limit = Math.min(MOST_EDITS, Math.floor((letters.length + 1) / 4));
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const candidate = foldSpelling(name);
    if (letters === '' || Math.abs(candidate.length - letters.length) > limit) {
      continue;
    }
    const edits = editDistance(letters, candidate);
    const distance = edits + SPELLING_WEIGHT * Math.min(editDistance(found, name), 1 / SPELLING_WEIGHT - 1);
    if (edits <= limit && (!best || distance < best.distance)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

function foldSpelling(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Damerau-Levenshtein distance in its restricted form: no part is edited twice. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const changed = a.charAt(row - 1) !== b.charAt(column - 1);
      const swapped = a.charAt(row - 1) === b.charAt(column - 2) && a.charAt(row - 2) === b.charAt(column - 1);
      current[column] = Math.min(
        cell(last, column) + 1,
        cell(current, column - 1) + 1,
        cell(last, column - 1) + (changed ? 1 : 0),
        swapped ? cell(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return cell(last, b.length);
}

const cell = (row: readonly number[], column: number): number => row[column] ?? Infinity;
