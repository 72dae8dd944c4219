import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes or text by path. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** By which file a command knows the folders that it has made. */
export interface Maker {
  readonly name: string;
  /** Holds `markerText`, and below it the files that are ours, a line each. */
  readonly marker: string;
  readonly markerText: string;
}

/** What we have once put into a folder, and is still there. */
export interface OwnFiles {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Tells the folder from one that stands in its place later. Undefined: there is none of ours. */
  readonly stamp: string | undefined;
}

/** Makes the folder. */
export function writeFolder(folder: string, files: Files, secret: boolean, maker: Maker): void {
  mkdirSync(folder, { mode: secret ? 0o700 : 0o755 });
  const made = new Set<string>();
  for (const [path, content] of [[maker.marker, markerOf(maker, files.keys())] as const, ...files]) {
    const file = join(folder, path);
    const parent = dirname(file);
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    writeFileSync(file, content, { mode: secret ? 0o600 : 0o644 });
  }
}

export const markerOf = ({ markerText }: Maker, paths: Iterable<string>): string =>
  [markerText, ...[...paths].sort().map((path) => `${path}\n`)].join('');

/** Which files of a folder are ours. The marker of an older version lists none: then all are. */
function oursIn(folder: string, maker: Maker): (path: string) => boolean {
  const { first, paths } = readMarker(folder, maker);
  const ours = new Set([maker.marker, ...paths]);
  return first === maker.markerText ? (path) => ours.has(path) : () => true;
}

function readMarker(folder: string, { marker }: Maker): { readonly first: string; readonly paths: readonly string[] } {
  const [first = '', ...paths] = readFileSync(join(folder, marker), 'utf8').split('\n');
  return { first: `${first}\n`, paths: paths.filter((path) => path !== '') };
}

/** What somebody else has put into a folder of ours. */
export function foreignIn(folder: string, maker: Maker): string[] {
  if (!isBy(maker, folder)) return [];
  const isOurs = oursIn(folder, maker);
  return pathsIn(folder).filter((path) => !isOurs(path));
}

/** Files and links, at any depth. */
const pathsIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? pathsIn(join(folder, entry.name)).map((path) => join(entry.name, path)) : [entry.name],
  );

/** The files in a folder that `maker` has put there; none, where it is none of its folders. */
export function ownFiles(folder: string, maker: Maker): OwnFiles {
  const stamp = stampOf(folder, maker);
  if (stamp === undefined) return { files: new Map(), stamp };
  const isOurs = oursIn(folder, maker);
  const paths = pathsIn(folder).filter((path) => isOurs(path) && path !== maker.marker);
  return { files: new Map(paths.map((path) => [path, readFileSync(join(folder, path))])), stamp };
}

/** A link is nobody's: the folder that it leads to would not be replaced. */
export const isBy = ({ marker }: Maker, path: string): boolean => isFolder(path) && existsSync(join(path, marker));

/** There is nothing, or an empty folder. */
export function isFree(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return true;
  try {
    return isFolder(path) && readdirSync(path).length === 0;
  } catch (error) {
    // Another run has moved it away meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A run makes each marker anew. */
export function stampOf(folder: string, maker: Maker): string | undefined {
  if (!isBy(maker, folder)) return undefined;
  const { ino, mtimeMs } = statSync(join(folder, maker.marker));
  return `${ino} ${mtimeMs}`;
}

/** Takes over into the new folder what others have put into the old one. */
export function keepForeign(from: string, to: string, maker: Maker): void {
  const { paths: ours } = readMarker(to, maker);
  for (const path of foreignIn(from, maker)) {
    const taken = ours.some((own) => own === path || own.startsWith(`${path}/`) || path.startsWith(`${own}/`));
    if (taken)
      throw new Error(`${join(from, path)} was not made by ${maker.name}, and would be replaced: move it away`);
    cpSync(join(from, path), join(to, path), { recursive: true, verbatimSymlinks: true });
  }
}
