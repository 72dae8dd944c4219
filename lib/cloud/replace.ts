import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Files, Maker, OwnFiles, foreignIn, isBy, isFree, keepForeign, markerOf, stampOf, writeFolder } from './folder';
import { reasonOf } from './reason';
import { isGone, sweep } from './sweep';

/** A folder as it shall be. */
export interface Folder {
  /** By path. Without any map there shall be no folder. */
  readonly files?: Files;
  /** Readable by the user alone. */
  readonly secret?: boolean;
  /** What the files were made of: as `ownFiles` gave it. It must still be so. */
  readonly madeOf?: OwnFiles;
}

/**
 * Where all that is new stands, complete, while it is put in place. To make it is one rename: until then the old is
 * whole; from then on the new one will be, for a run that finds one of a stopped run finishes it.
 */
const COMMIT = '.replacing';
/** What is to be done with what is in it. */
const PLAN = 'plan.json';
/** No run takes as long for a few renames. A process of the same number may be another: in containers they are few. */
const LONGEST_MS = 60_000;

interface Plan {
  readonly pid: number;
  readonly put: readonly string[];
  readonly drop: readonly string[];
}

/**
 * Writes folders below `folder`: all is written beside them first, then each is put in the place of the old one. Files
 * in them that are not ours stay. If anything fails, what was there is put back; a run that is killed leaves the old
 * ones whole, or what the next run finishes. Nothing else in the folder is touched.
 *
 * @throws Error, before anything is touched, where one of the folders is not ours; Error that says where the old ones
 *   are, if they cannot be put back
 */
export function replaceFolders(folder: string, folders: ReadonlyMap<string, Folder>, maker: Maker): void {
  const put = [...folders].flatMap(([name, { files }]) => (files ? [name] : []));
  const plan: Plan = { pid: process.pid, put, drop: [...folders.keys()].filter((name) => !put.includes(name)) };
  const commit = join(folder, COMMIT);
  const fresh = begin(folder, put, maker);
  let undo: (() => void)[] | undefined;
  let stranded: string[] = [];
  try {
    // Git never takes what a run that is stopped leaves, nor does the next run keep it.
    writeFileSync(join(fresh, '.gitignore'), '*\n');
    writeFileSync(join(fresh, maker.marker), maker.markerText);
    mkdirSync(join(fresh, 'new'));
    mkdirSync(join(fresh, 'old'));
    for (const [name, { files, secret = false }] of folders) {
      if (files) writeFolder(join(fresh, 'new', name), files, secret, maker);
    }
    writeFileSync(join(fresh, PLAN), JSON.stringify(plan));
    take(fresh, folder, maker);
    undo = [];
    for (const [name, { madeOf }] of folders) assertSame(join(folder, name), madeOf, maker);
    swap(folder, plan, maker, undo);
  } catch (error) {
    undo?.forEach(tryTo);
    stranded = undo ? readdirSync(join(commit, 'old')) : [];
    const rest =
      stranded.length === 0
        ? 'what was there is unchanged'
        : `what was in ${stranded.join(', ')} is now in ${join(commit, 'old')}`;
    throw new Error(`cannot write ${folder}: ${reasonOf(error)}; ${rest}`, { cause: error });
  } finally {
    if (stranded.length === 0) {
      // With its old name, by which the next run knows that there is nothing to finish.
      if (undo) tryTo(() => renameSync(commit, fresh));
      tryTo(() => rmSync(fresh, { recursive: true, force: true }));
    }
  }
  // Only now, for they may hold the only copy of what a stopped run has moved away.
  tryTo(() => sweep(folder, maker.marker));
}

/** Whether a run was stopped while it put folders in place, so that some are old and some new. */
export const isUnfinished = (folder: string): boolean => existsSync(join(folder, COMMIT));

/** Finishes what a stopped run has left half done below a folder, before anybody reads what is there. */
export function finishStopped(folder: string, maker: Maker): void {
  try {
    settle(folder, maker);
  } catch (error) {
    throw new Error(`cannot write ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Makes the folder to write in. */
function begin(folder: string, names: readonly string[], maker: Maker): string {
  try {
    if (existsSync(folder) && !statSync(folder).isDirectory()) throw new Error('it must be a folder, not a file');
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() && !existsSync(folder)) throw new Error('it is a link that leads nowhere');
    const above = foldersAbove(folder).find((path) => isBy(maker, path));
    if (above !== undefined) throw new Error(`it is in ${above}, which ${maker.name} makes: give another --out`);
    settle(folder, maker);
    const foreign = names.map((name) => join(folder, name)).filter((path) => isForeign(path, maker));
    if (foreign.length > 0) throw new Foreign(foreign, maker);
    makeFolder(folder);
    return mkdtempSync(join(folder, `.new-${process.pid}-`));
  } catch (error) {
    if (error instanceof Foreign) throw error;
    throw new Error(`cannot write ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Looks more than once: while another run puts a folder in place, it is there at one moment and not at the next. */
const isForeign = (path: string, maker: Maker): boolean => [1, 2, 3].every(() => !isBy(maker, path) && !isFree(path));

/** The folder itself, and those that it is in. */
function foldersAbove(folder: string): string[] {
  const path = resolve(folder);
  return dirname(path) === path ? [path] : [path, ...foldersAbove(dirname(path))];
}

/** Node's own way with `recursive` never ends where a file system refuses it, as /proc does. */
function makeFolder(folder: string): void {
  for (const path of foldersAbove(folder).reverse()) if (!existsSync(path)) mkdirSync(path);
}

class Foreign extends Error {
  constructor(paths: readonly string[], { name }: Maker) {
    super(paths.map((path) => `${path}: was not made by ${name}; give another --out, or move it away`).join('\n'));
  }
}

/** Only one run can take the commit: a folder cannot be put in the place of one that holds something. */
function take(fresh: string, folder: string, maker: Maker): void {
  for (;;) {
    try {
      renameSync(fresh, join(folder, COMMIT));
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    settle(folder, maker);
  }
}

function assertSame(folder: string, madeOf: OwnFiles | undefined, maker: Maker): void {
  if (madeOf && stampOf(folder, maker) !== madeOf.stamp) {
    throw new Error(`another run has written ${folder} meanwhile: run this one again`);
  }
}

/**
 * Puts what is in the commit in place, as far as that is not done yet.
 *
 * @param undo gets what takes each step back, the last first
 */
function swap(folder: string, { put, drop }: Plan, maker: Maker, undo: (() => void)[] = []): void {
  const [fresh, old] = ['new', 'old'].map((name) => join(folder, COMMIT, name)) as [string, string];
  const move = (name: string, from: string, to: string): void => {
    renameSync(join(from, name), join(to, name));
    undo.unshift(() => renameSync(join(to, name), join(from, name)));
  };
  for (const name of drop) {
    const path = join(folder, name);
    if (!isBy(maker, path)) continue;
    if (foreignIn(path, maker).length === 0) move(name, folder, old);
    else if (!existsSync(join(fresh, name))) {
      mkdirSync(join(fresh, name), { mode: statSync(path).mode });
      writeFileSync(join(fresh, name, maker.marker), markerOf(maker, []));
    }
  }
  for (const name of [...put, ...drop]) {
    if (!existsSync(join(fresh, name))) continue;
    if (existsSync(join(folder, name))) {
      keepForeign(join(folder, name), join(fresh, name), maker);
      move(name, folder, old);
    }
    move(name, fresh, folder);
  }
}

/** Finishes what a stopped run has begun to put in place; waits for one that is running. */
function settle(folder: string, maker: Maker): void {
  const commit = join(folder, COMMIT);
  for (let tries = 0; isUnfinished(folder); tries += 1) {
    if (tries > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    const plan = planIn(commit);
    if (plan === undefined && tries * WAIT_MS > 1000) {
      throw new Error(`${commit} was not made by ${maker.name}: move it away`);
    }
    if (plan === undefined || runs(plan, commit)) continue;
    swap(folder, plan, maker);
    const done = join(folder, `.new-${plan.pid}-finished`);
    renameSync(commit, done);
    rmSync(done, { recursive: true, force: true });
  }
}

const WAIT_MS = 20;

function runs({ pid }: Plan, commit: string): boolean {
  const since = lstatSync(commit, { throwIfNoEntry: false })?.mtimeMs;
  return since === undefined || (pid !== process.pid && !isGone(pid) && Date.now() - since < LONGEST_MS);
}

/** Undefined where there is none: its run has just taken it away, or somebody else has made the folder. */
function planIn(commit: string): Plan | undefined {
  try {
    const plan = JSON.parse(readFileSync(join(commit, PLAN), 'utf8')) as Plan;
    // It may have come with somebody's repository, and must not lead out of the folder.
    return [...plan.put, ...plan.drop].every((name) => /^\w[\w.-]*$/.test(name)) ? plan : undefined;
  } catch {
    return undefined;
  }
}

/** One that fails keeps no other from being tried. */
function tryTo(step: () => void): void {
  try {
    step();
  } catch {
    // What is then not in its place is told by its name.
  }
}
