import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to give jest a matcher's type
  namespace jest {
    interface Matchers<R> {
      /** Compares a YAML text with the file `<name>.yaml` of the folder that `snapshotsIn` was given. */
      toMatchYaml(name: string): R;
    }
  }
}

/** What is used of jest's own snapshot state: one for each test file, which jest asks when all its tests have run. */
interface SnapshotState {
  added: number;
  matched: number;
  unmatched: number;
  updated: number;
  /** What may be written: all with `-u`, none with `--ci`, else new files. Private, but nothing public tells it. */
  readonly _updateSnapshot: 'all' | 'new' | 'none';
  getUncheckedKeys(): string[];
  getUncheckedCount(): number;
  removeUncheckedKeys(): void;
  markSnapshotsAsCheckedForTest(testName: string): void;
}

/** Files that tests of this run have asked for, each with the text that it stands for, if there is one. */
type Claims = Map<string, string | undefined>;

/**
 * Keeps snapshots as YAML files, one for each name, in a folder that belongs to the calling test file alone.
 *
 * jest can only write one JavaScript file of strings for each test file, which nobody reads as YAML. So the files are
 * written here, and jest's state is told what happened: its summary counts each file once, `-u` updates and removes,
 * `--ci` writes nothing, and a file that no test has asked for is obsolete, which fails a run. A test that is skipped
 * or fails keeps the files whose names are words of its own name: `keystone.aio.yaml`.
 */
export function snapshotsIn(folder: string): void {
  const state: SnapshotState = expect.getState()['snapshotState'];
  const claims: Claims = new Map();
  reportObsolete(state, folder, claims);
  const count = counter(state);

  expect.extend({
    toMatchYaml(received: string, name: string) {
      const file = `${name}.yaml`;
      const path = join(folder, file);
      const again = claims.has(file);
      // A file stands for one text in a run: a second one that differs is an error, with -u too.
      const expected = again ? claims.get(file) : existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      const equal = received === expected;
      const writes = !equal && !again && mayWrite(state, expected);
      if (writes) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, received);
      }
      claims.set(file, writes ? received : expected);
      count(file, outcome(equal, writes, expected));
      const aAnnotation = again ? 'Snapshot, as this run has met it before' : 'Snapshot';
      const diffOptions = { aAnnotation, bAnnotation: 'Received', expand: false, includeChangeCounts: true };
      return {
        pass: equal || writes,
        message: () =>
          expected === undefined
            ? `${file}: there is no such snapshot, and --ci writes none`
            : `${file}\n\n${this.utils.diff(expected, received, diffOptions)}`,
      };
    },
  });
}

const mayWrite = ({ _updateSnapshot: update }: SnapshotState, expected: string | undefined): boolean =>
  update === 'all' || (update === 'new' && expected === undefined);

type Outcome = 'added' | 'matched' | 'unmatched' | 'updated';

function outcome(equal: boolean, writes: boolean, expected: string | undefined): Outcome {
  if (equal) return 'matched';
  if (!writes) return 'unmatched';
  return expected === undefined ? 'added' : 'updated';
}

/** Counts each file once: by its first text, or as failed by the first that fails. */
function counter(state: SnapshotState): (file: string, found: Outcome) => void {
  const counted = new Map<string, Outcome>();
  return (file, found) => {
    const before = counted.get(file);
    if (before !== undefined && (found !== 'unmatched' || before === 'unmatched')) return;
    if (before !== undefined) state[before] -= 1;
    state[found] += 1;
    counted.set(file, found);
  };
}

/** Adds the files that no test has claimed to what jest finds obsolete in this test file. */
function reportObsolete(state: SnapshotState, folder: string, claims: Claims): void {
  const obsolete = (): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => !claims.has(file))
          .sort()
      : [];
  const keys = state.getUncheckedKeys.bind(state);
  const remove = state.removeUncheckedKeys.bind(state);
  const mark = state.markSnapshotsAsCheckedForTest.bind(state);
  state.getUncheckedKeys = () => [...keys(), ...obsolete()];
  state.getUncheckedCount = () => state.getUncheckedKeys().length;
  state.removeUncheckedKeys = () => {
    remove();
    if (state._updateSnapshot === 'all') obsolete().forEach((file) => rmSync(join(folder, file), { recursive: true }));
  };
  state.markSnapshotsAsCheckedForTest = (testName) => {
    mark(testName);
    for (const word of testName.split(' ')) if (!claims.has(word)) claims.set(word, undefined);
  };
}
