import type { Json, JsonMap } from '../../lib/values/expression';
import { entryOf, isMap, valueAt } from '../../lib/values/merge';

/** Why something did not become a value of the cloud file. */
export type Group = 'lacking' | 'otherwise' | 'refused' | 'unknown' | 'overrides' | 'toDo';

export interface Note {
  readonly group: Group;
  /** What it is of: a variable with its place, an option with its file. */
  readonly of: string;
  readonly text: string;
}

export type Path = readonly string[];

/** The values of a cloud file while it is made, with what each is from, and what was not taken over. */
export class Draft {
  readonly values: JsonMap = {};
  readonly notes: Note[] = [];
  private readonly origins = new Map<string, string>();

  /** @param from what it is from, for the comment */
  put(path: Path, value: Json, from: string): void {
    let at = this.values;
    for (const key of path.slice(0, -1)) {
      const below = entryOf(at, key);
      const map = isMap(below) ? below : {};
      at[key] = map;
      at = map;
    }
    at[path.at(-1)!] = value;
    this.origins.set(path.join('\0'), from);
  }

  get(path: Path): Json | undefined {
    return valueAt(this.values, path);
  }

  /** Takes a value out, or the one that it is in, with the maps that it leaves empty. What it was from, if it was put. */
  take(path: Path): string | undefined {
    for (let length = path.length; length > 0; length--) {
      const key = path.slice(0, length).join('\0');
      const from = this.origins.get(key);
      if (from === undefined) continue;
      this.origins.delete(key);
      this.remove(path.slice(0, length));
      return from;
    }
    return undefined;
  }

  private remove(path: Path): void {
    const parent = path.length === 1 ? this.values : this.get(path.slice(0, -1));
    if (!isMap(parent)) return;
    delete parent[path.at(-1)!];
    if (path.length > 1 && Object.keys(parent).length === 0) this.remove(path.slice(0, -1));
  }

  note(group: Group, of: string, text: string): void {
    this.notes.push({ group, of, text });
  }

  /** Where each value is, and what it is from. */
  get comments(): [path: string[], from: string][] {
    return [...this.origins].map(([key, from]) => [key.split('\0'), from]);
  }
}
