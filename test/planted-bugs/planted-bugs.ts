// `npm run test:planted-bugs`. Arguments choose bugs by a part of their name or file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bug, Suite } from './bug';
import { bugs } from './bugs';
import { Copy, planted } from './copy';
import { Outcome, runTests } from './jest';

/** Tests take a processor each. */
const AT_ONCE = 2;

/** What a bug must not fail by: it would show nothing but that it was planted badly. */
const NOT_THE_BUG = /Cannot find module|SyntaxError|ReferenceError|No tests found/;

/**
 * Plants each bug by itself in a copy of the project and runs the tests that must catch it. Prints a table.
 *
 * @param root the project's folder, which is only read
 * @param chosen parts of the names or files of the bugs to plant. Default: all bugs
 * @returns whether all tests pass without a bug, and some test fails with each
 */
async function plantedBugs(root: string, chosen: readonly string[]): Promise<boolean> {
  const began = Date.now();
  const some = bugs.filter(({ name, file }) =>
    chosen.length === 0 ? true : chosen.some((part) => `${name} ${file}`.includes(part)),
  );
  const unfit = some.flatMap((bug) => misfit(root, bug));
  if (unfit.length > 0 || some.length === 0) {
    console.error(unfit.join('\n') || `no bug is called ${chosen.join(' or ')}`);
    return false;
  }
  const copies = Array.from({ length: AT_ONCE }, () => new Copy(root));
  const problems: string[] = [];
  const suites = new Map(some.map(({ caughtBy }) => [JSON.stringify(caughtBy), caughtBy]));
  await share(copies, [...suites.values()], async (copy, suite) => {
    const problem = soundness(suite, await runTests(root, copy.folder, suite));
    if (problem !== undefined) problems.push(problem);
  });
  if (problems.length === 0) {
    console.log(`without a bug, ${suites.size} sets of tests pass (${secondsSince(began)} s)\n`);
    const row = table(some);
    row('bug', 'file', 'sec', 'caught by');
    await share(copies, some, async (copy, bug) => {
      const outcome = await copy.with(bug, () => runTests(root, copy.folder, bug.caughtBy));
      const problem = escape(bug, outcome);
      row(bug.name, bug.file, outcome.seconds.toFixed(1), problem === undefined ? outcome.failed[0]! : 'NOT CAUGHT');
      if (problem !== undefined) problems.push(problem);
    });
  }
  for (const problem of problems) console.error(`\n${problem}`);
  console.log(`\n${some.length} bugs planted, ${problems.length} problems, ${secondsSince(began)} s`);
  return problems.length === 0;
}

/** Why a bug cannot be planted. */
function misfit(root: string, bug: Bug): string[] {
  try {
    planted(bug, readFileSync(join(root, bug.file), 'utf8'));
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Gives each item to a copy that is free. */
async function share<T>(copies: readonly Copy[], items: readonly T[], use: (copy: Copy, item: T) => Promise<void>) {
  const left = [...items];
  const work = async (copy: Copy): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await use(copy, item);
  };
  await Promise.all(copies.map(work));
}

/** Why tests cannot catch a bug: they fail without one, or there are none. */
function soundness({ file, only }: Suite, { failed, passed, messages }: Outcome): string | undefined {
  const what = `${file}${only === undefined ? '' : ` -t '${only}'`}`;
  if (failed.length > 0) return `${what} fails without a bug:\n${messages.slice(0, 3000)}`;
  return passed > 0 ? undefined : `${what}: no test has run`;
}

/** Why a bug is not caught. */
function escape({ name, file }: Bug, { failed, messages }: Outcome): string | undefined {
  if (failed.length === 0) return `nobody notices the bug '${name}' in ${file}`;
  if (!NOT_THE_BUG.test(messages)) return undefined;
  return `the bug '${name}' in ${file} breaks more than it should:\n${messages.slice(0, 3000)}`;
}

/** Prints rows of a table, aligned. */
function table(some: readonly Bug[]): (name: string, file: string, seconds: string, test: string) => void {
  const widths = [({ name }: Bug) => name, ({ file }: Bug) => file].map((of) =>
    Math.max(...some.map((bug) => of(bug).length)),
  );
  return (name, file, seconds, test) =>
    console.log(`${name.padEnd(widths[0]!)}  ${file.padEnd(widths[1]!)}  ${seconds.padStart(5)}  ${test}`);
}

const secondsSince = (began: number): string => ((Date.now() - began) / 1000).toFixed(0);

// However it ends, it leaves nothing behind: each part removes on exit what it has made.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

void plantedBugs(join(__dirname, '..', '..'), process.argv.slice(2)).then((caught) => {
  process.exitCode = caught ? 0 : 1;
});
