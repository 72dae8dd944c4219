// `npm run e2e [SCENARIO…]`: what has to hold on a real cluster, seen to hold.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { nearest } from '../../lib/values/nearest';
import { Phases } from './phases';
import { FOLDER, PLATFORM_PHASES, Platform } from './platform';
import { explain } from './explain';
import { FEW, Gate, type Scenario } from './scenario';
import { scenarios } from './scenarios';

interface Options {
  readonly folder: string;
  readonly registry?: string;
  readonly timings?: string;
  readonly keep?: boolean;
  readonly withoutServers?: boolean;
}

interface Outcome {
  readonly scenario: string;
  readonly seconds: number;
  readonly failure?: string;
  readonly figures: Readonly<Record<string, number>>;
}

async function e2e(names: readonly string[], options: Options): Promise<boolean> {
  const all = options.withoutServers ? scenarios.filter(({ servers }) => !servers) : scenarios;
  const chosen = names.length === 0 ? all : names.map(find);
  const phases = new Phases(PLATFORM_PHASES);
  // Images of all take minutes to make, where they are not there yet.
  const services = chosen.some((scenario) => scenario.servers) ? {} : { services: FEW };
  const platform = await Platform.up(phases, { ...options, ...services });
  const gate = new Gate(platform, (what) => console.log(`      ${what}`));
  const outcomes: Outcome[] = [];
  for (const group of grouped(chosen)) {
    const gateOf = ({ name }: Scenario): Gate =>
      group.length === 1 ? gate : new Gate(platform, (what) => console.log(`      ${name}: ${what}`));
    outcomes.push(...(await Promise.all(group.map((scenario) => tried(scenario, gateOf(scenario), options)))));
  }
  if (!options.keep) await gate.end();
  report(outcomes, platform.folder, options);
  return outcomes.every(({ failure }) => failure === undefined);
}

/** Scenarios one by one, but for neighbours that wait: those beside each other. */
function grouped(chosen: readonly Scenario[]): Scenario[][] {
  const groups: Scenario[][] = [];
  for (const scenario of chosen) {
    const last = groups.at(-1);
    if (scenario.waits && last?.[0]?.waits) last.push(scenario);
    else groups.push([scenario]);
  }
  return groups;
}

/** Runs a scenario. Where it fails, what there is to know is printed and kept; its cloud stays with `--keep`. */
async function tried(scenario: Scenario, gate: Gate, { keep }: Options): Promise<Outcome> {
  console.log(`\n=== ${scenario.name}: ${scenario.holds}`);
  const began = Date.now();
  gate.figures = {};
  const outcome = (failure?: string): Outcome => {
    const seconds = (Date.now() - began) / 1000;
    console.log(`--- ${scenario.name}: ${failure === undefined ? 'holds' : 'FAILS'} (${seconds.toFixed(0)} s)`);
    return { scenario: scenario.name, seconds, figures: gate.figures, ...(failure !== undefined && { failure }) };
  };
  try {
    if (scenario.ownNode && !gate.platform.node) throw new Error('needs a node of our own: unset KUBECONFIG');
    await scenario.run(gate);
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(failure);
    const folder = join(gate.platform.folder, 'failures', scenario.name.replaceAll(' ', '-'));
    console.log(await explain(gate.clouds, folder).catch(String));
    if (!keep) await gate.end().catch((problem: unknown) => console.log(String(problem)));
    return outcome(failure);
  }
  const done = outcome();
  await gate.tidy();
  return done;
}

function report(outcomes: readonly Outcome[], folder: string, { timings }: Options): void {
  const width = Math.max(...outcomes.map(({ scenario }) => scenario.length));
  console.log('');
  for (const { scenario, seconds, failure, figures } of outcomes) {
    const more = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(1)}`);
    const verdict = failure === undefined ? 'holds' : 'FAILS';
    console.log(
      `${scenario.padEnd(width)} ${seconds.toFixed(0).padStart(5)} s  ${verdict}  ${more.join(', ')}`.trimEnd(),
    );
  }
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  console.log(`${outcomes.length - failed} hold, ${failed} fail`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(timings ?? join(folder, 'e2e.json'), JSON.stringify(outcomes, null, 2));
}

/** @throws with the nearest right name */
function find(name: string): Scenario {
  const known = scenarios.map((one) => one.name);
  const found = scenarios.find((one) => one.name === name);
  if (found) return found;
  const near = nearest(name, known);
  throw new InvalidArgumentError(
    `no scenario '${name}'; ${near === undefined ? `there are: ${known.join(', ')}` : `did you mean '${near}'?`}`,
  );
}

new Command('e2e')
  .description('What has to hold on a real cluster: the one in KUBECONFIG, or a node that is made here.')
  .argument('[scenario...]', 'by name, in quotes where it has a blank; default: all')
  .option('--folder <folder>', 'where all that is made here is kept', FOLDER)
  .option('--registry <registry/namespace>', 'of the images, such as quay.io/openstack.kolla')
  .option('--timings <file>', 'where times and figures go, as JSON')
  .option('--keep', 'leave the clouds, to look at them')
  .option('--without-servers', 'not those that need the images of all services')
  .option('--list', 'print the names of the scenarios')
  .action(async (names: string[], options: Options & { list?: boolean }) => {
    if (options.list) return scenarios.forEach(({ name, holds }) => console.log(`${name}: ${holds}`));
    names.forEach(find);
    if (!(await e2e(names, options))) process.exitCode = 1;
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
