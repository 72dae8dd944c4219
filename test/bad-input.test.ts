import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UMBRELLA, chartsOf, readValues, setValues } from '../lib/cloud';
import { InvalidValues } from '../lib/values';
import type { JsonMap } from '../lib/values/expression';
import { pathOf } from '../lib/values/expression';
import { mergeLayers } from '../lib/values/merge';
import type { Problem } from '../lib/values/problem';
import { helms } from '../tools/toolchain';
import { dotted, folderOf, refusedPaths } from './support/batch';
import { cloudOf, required } from './support/clouds';
import { EmptyCluster, emptyCluster } from './support/empty-cluster';
import { Ended, start, startHelm, threeAtOnce } from './support/many-helms';
import type { ParsedObject } from './support/objects';
import { compiledProject } from './support/project';
import { OPTIONS, OF_KEYSTONE, OF_KEYSTONE_ALONE, OF_UMBRELLA, Wrong } from './support/wrong-values';

/**
 * The wrong values of `support/wrong-values.ts` are refused wherever they are given: by the plain rendering and the
 * commands `synth` and `validate`, whose messages are checked word by word, and by `helm template` and `helm install --dry-run`. All of
 * them name the path.
 */
const cloud = cloudOf();
const keystone = cloud.services.find((service) => service.node.id === 'keystone')!;
const charts = new Map([...chartsOf(cloud)].map(([name, { files }]) => [name, folderOf(files)]));

/** Wrong values on their way into a chart. */
interface Case extends Wrong {
  readonly chart: string;
  /** Values files, the later over the earlier. */
  readonly files: readonly string[];
  /** The arguments of `--set-string`. */
  readonly set: readonly string[];
  /** Tried in one chart already: once more for each Helm is enough. */
  readonly again?: true;
}

function caseOf(chart: string, wrong: Wrong): Case {
  const { without = [], set = [] } = wrong;
  const base = structuredClone(required);
  const parent = without.slice(0, -1).reduce<JsonMap>((at, key) => at[key] as JsonMap, base);
  if (without.length > 0) delete parent[without.at(-1)!];
  const folder = folderOf([
    ['base.json', JSON.stringify(base)],
    ['wrong.yaml', wrong.file],
  ]);
  return { ...wrong, chart, set, files: [join(folder, 'base.json'), join(folder, 'wrong.yaml')] };
}

/** The same values, as they stand in the umbrella's file. */
function inUmbrella(wrong: Wrong): Case {
  const { global, ...own } = readValues(caseOf('keystone', wrong).files[1]!);
  const file = JSON.stringify({ ...(global !== undefined && { global }), keystone: own });
  const path = wrong.path.replace(/^(?!global\b)/, 'keystone.');
  return { ...caseOf(UMBRELLA, { ...wrong, file, path }), again: true };
}

const nothingWrong = { what: 'what is right', file: '{}', path: '', message: '' };
const cases: { readonly [chart: string]: readonly Case[] } = {
  keystone: [...OF_KEYSTONE, ...OF_KEYSTONE_ALONE].map((wrong) => caseOf('keystone', wrong)),
  [UMBRELLA]: [...OF_KEYSTONE.map(inUmbrella), ...OF_UMBRELLA.map((wrong) => caseOf(UMBRELLA, wrong))],
};
const right = Object.keys(cases).map((chart) => caseOf(chart, nothingWrong));

/** Renders without Helm. */
function render({ chart, files, set }: Case): object[] {
  const given = files.map(readValues).reduce(mergeLayers, {});
  const values = set.reduce((into, argument) => setValues(argument, false, into), given);
  return chart === UMBRELLA
    ? cloud.render([values]).map(({ object }) => object)
    : cloud.renderService(keystone, values);
}

function problemsOf(wrong: Case): readonly Problem[] {
  try {
    render(wrong);
    return [];
  } catch (error) {
    if (error instanceof InvalidValues) return error.problems;
    throw error;
  }
}

/** A way from values to objects that goes through another program. */
interface Way {
  readonly name: string;
  readonly takes: (given: Case) => boolean;
  readonly start: (given: Case) => Promise<Ended>;
}

let cluster: EmptyCluster;
let project: string;
const folder = folderOf([]);
const kubeconfig = join(folder, 'kubeconfig');
const outdirOf = ({ what }: Case): string => join(folder, what);
const setStrings = ({ set }: Case): string[] => set.flatMap((argument) => ['--set-string', argument]);

/** What more takes longer than it tells: some of each kind, and options. */
const FEW = ['a misspelt key', 'a switch as text', nothingWrong.what, ...OPTIONS.map(({ what }) => what)];
/** All cases for `template`, a few for `install`, which judges by the same code. Helm 3 asks a cluster, even in a dry run. */
const helmWays: readonly Way[] = helms().flatMap(({ path, major }) =>
  [['template'], ['install', '--dry-run=client', '--disable-openapi-validation']].map(([command, ...options]) => ({
    name: `helm ${major} ${command}`,
    takes: ({ what, again }) => command === 'template' || (again === undefined && FEW.includes(what)),
    start: (given) => {
      const files = given.files.flatMap((file) => ['--values', file]);
      const chart = charts.get(given.chart)!;
      return startHelm(path, [command!, 'rel', chart, ...options, ...files, ...setStrings(given)], kubeconfig);
    },
  })),
);

/** Our own commands: what they say is what the rendering says. */
const commandWay = (name: string, options: (given: Case) => string[]): Way => ({
  name,
  takes: ({ chart, what }) => chart === UMBRELLA && FEW.includes(what),
  start: (given) => {
    const files = given.files.flatMap((file) => ['--cloud', file]);
    const command = [join(project, 'cli', 'main.js'), name, ...options(given)];
    return start(process.execPath, [...command, ...files, ...setStrings(given)]);
  },
});
const ourWays = [commandWay('synth', (given) => ['--out', outdirOf(given)]), commandWay('validate', () => [])];

const results = new Map<Case, Map<string, Ended>>();

beforeAll(async () => {
  cluster = await emptyCluster(right.flatMap(render) as ParsedObject[]);
  writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  project = compiledProject();
  const given = [...Object.values(cases).flat(), ...right];
  const runs = given.flatMap((one) =>
    [...ourWays, ...helmWays].filter((way) => way.takes(one)).map((way) => ({ one, way })),
  );
  await threeAtOnce(runs, async ({ one, way }) => {
    const result = await way.start(one);
    results.set(one, (results.get(one) ?? new Map<string, Ended>()).set(way.name, result));
  });
}, 600_000);
afterAll(() => cluster.close());

/** The path that Helm names, from the top of the values that it was given. */
function namedBy(stderr: string, chart: string): string {
  const paths = [...refusedPaths(stderr)].flatMap(([refusing, found]) =>
    found.map((path) => (['', chart].includes(refusing) || path.startsWith('global') ? path : `${refusing}/${path}`)),
  );
  return [...new Set(paths)].join(', ');
}

describe.each(Object.keys(cases))('%s', (chart) => {
  test.each(cases[chart]!)('$what: $file', (given) => {
    const problems = problemsOf(given);
    expect(problems.map(({ path, message }) => `${pathOf(path)}: ${message}`)).toEqual([
      `${given.path}: ${given.message}`,
    ]);
    const path = dotted(problems[0]!.path);
    for (const { name } of helmWays.filter((way) => way.takes(given))) {
      const { status, stderr } = results.get(given)!.get(name)!;
      expect({ name, status, named: namedBy(stderr, chart) }).toEqual({ name, status: 1, named: path });
    }
  });

  test.each(right.filter((given) => given.chart === chart))('$what is accepted', (given) => {
    expect(problemsOf(given)).toEqual([]);
    const failed = [...results.get(given)!].filter(([, { status }]) => status !== 0);
    expect(failed).toEqual([]);
  });
});

describe.each(ourWays)('$name', ({ name, takes }) => {
  test.each(cases[UMBRELLA]!.filter(takes))('$what: says so, and writes nothing', (given) => {
    const { status, stdout, stderr } = results.get(given)!.get(name)!;
    const [, said, where] = /^([^]*) \((\S+|--set-string \S+)\)\n$/.exec(stderr) ?? [];
    expect({ status, stdout, said }).toEqual({
      status: 1,
      stdout: '',
      said: `the values of openstack are not valid:\n  ${given.path}: ${given.message}`,
    });
    const sources = [...given.files.map((file) => `${file}:`), ...given.set.map(() => '--set-string ')];
    expect(sources.filter((source) => where!.startsWith(source))).toHaveLength(1);
    expect(existsSync(outdirOf(given))).toBe(false);
  });

  test('what is right: is done', () => {
    const given = right.find(takes)!;
    expect(results.get(given)!.get(name)).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(outdirOf(given))).toBe(true);
  });
});

// Logs keep what a command says.
test('a refused password is not repeated', () => {
  const given = cases['keystone']!.find(({ what }) => what === '… in a password')!;
  const [problem] = problemsOf(given);
  expect(problem!.message).not.toContain('[DEFAULT]');
});
