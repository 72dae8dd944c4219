import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Suite } from './bug';

/** What jest says of some tests. */
export interface Outcome {
  readonly passed: number;
  /** The full name of each test that failed, or the file that could not be run. */
  readonly failed: readonly string[];
  /** What they say, in full. */
  readonly messages: string;
  readonly seconds: number;
}

/** The part of jest's report that we read. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The same values in each run; few of them, for a bug that only one in a thousand finds is not for here. */
const ENVIRONMENT = { SEED: '1', RUNS: '60', TRIES: '0' };
/** Four times what the slowest takes on two processors of our own. */
const SECONDS = 300;

/** Runs tests of the copy of the project in `folder`. */
export async function runTests(root: string, folder: string, suite: Suite): Promise<Outcome> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--ci', '--runInBand', '--no-watchman', '--json', `--outputFile=${report}`];
  const cache = `--cacheDirectory=${join(folder, '.cache', 'jest')}`;
  const only = suite.only === undefined ? [] : ['--testNamePattern', suite.only];
  const started = Date.now();
  const { FORCE_COLOR: _, ...env } = process.env;
  const output = await run([jest, ...args, cache, ...only, suite.file], folder, {
    ...env,
    ...ENVIRONMENT,
    TOOLCHAIN_CACHE: process.env['TOOLCHAIN_CACHE'] ?? join(root, '.cache', 'bin'),
  });
  const seconds = (Date.now() - started) / 1000;
  if (!existsSync(report)) {
    throw new Error(
      `${suite.file}: jest has ended without a report after ${seconds} of ${SECONDS} s:\n${output.slice(-2000)}`,
    );
  }
  return { ...outcomeOf(report, folder), seconds };
}

function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: SECONDS * 1000,
    });
    const stop = (): boolean => child.kill();
    process.once('exit', stop);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => {
      process.off('exit', stop);
      resolve(said);
    });
  });
}

function outcomeOf(report: string, folder: string): Omit<Outcome, 'seconds'> {
  const read = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const failing = read.testResults.filter(({ status }) => status === 'failed');
  const failed = failing.flatMap(({ name, assertionResults }) => {
    const names = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    const file = name.slice(folder.length + 1);
    return names.length > 0 ? names.map((test) => `${file}: ${test}`) : [`${file}: as it is read`];
  });
  return { passed: read.numPassedTests, failed, messages: failing.map(({ message }) => message).join('\n') };
}
