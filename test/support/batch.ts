import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JsonMap } from '../../lib/values/expression';
import { HelmError, ParsedObject, helmTemplate, parseObjects } from './helm';

/** One set of values, and `--set` arguments over them. */
export interface ValueSet {
  readonly values: JsonMap;
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
}

/** What Helm makes of one set: objects, or the paths that it refuses; all of them, or `first` those that it met. */
export type Verdict =
  { readonly objects: readonly ParsedObject[] } | { readonly refused: readonly string[]; readonly first?: boolean };

export interface BatchOptions {
  readonly helm: string;
  readonly release: string;
  readonly namespace: string;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Writes files below a folder of their own. */
export function folderOf(files: Iterable<readonly [string, string | Uint8Array]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-chart-'));
  folders.push(folder);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/**
 * Renders many sets of values of one chart with a single Helm: an umbrella has the chart once for each set, under an
 * alias. Two hundred sets take half a second, one by one they would take twenty.
 */
export function renderBatch(
  chart: { readonly name: string; readonly version: string; readonly files: ReadonlyMap<string, string | Uint8Array> },
  sets: readonly ValueSet[],
  options: BatchOptions,
): Verdict[] {
  const dependencies = sets.map((_, i) => ({
    name: chart.name,
    version: chart.version,
    repository: '',
    alias: aliasOf(i),
  }));
  const folder = folderOf([
    ['Chart.yaml', JSON.stringify({ apiVersion: 'v2', name: 'batch', version: '0.0.0', dependencies })],
    ...[...chart.files].map(([path, text]) => [`charts/${chart.name}/${path}`, text] as const),
  ]);
  const values = Object.fromEntries(sets.map(({ values: own }, i) => [aliasOf(i), own]));
  const args = sets.flatMap(({ set = [], setString = [] }, i) => [
    ...set.flatMap((assignment) => ['--set', `${aliasOf(i)}.${assignment}`]),
    ...setString.flatMap((assignment) => ['--set-string', `${aliasOf(i)}.${assignment}`]),
  ]);
  try {
    const yaml = helmTemplate(folder, { ...options, values, args });
    return splitByAlias(yaml, sets.length).map((text) => ({ objects: parseObjects(text) }));
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const byChart = refusedPaths(error.stderr);
    if (sets.length === 1) {
      const refused = [...byChart].flatMap(([name, paths]) => inUmbrella(name, paths));
      // A chart's own `fail` ends it all: other subcharts are not asked any more.
      return [
        { refused, first: byChart.has('') || /execution error at \(batch\/charts\/k0\/charts\//.test(error.stderr) },
      ];
    }
    return sets.map((_, i) => ({ refused: byChart.get(aliasOf(i)) ?? [] }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Paths of a subchart of the only set, or of the set itself, from its top; `global` is the same everywhere. */
const inUmbrella = (name: string, paths: readonly string[]): string[] =>
  paths.map((path) => (name === aliasOf(0) || name === '' || path.startsWith('global/') ? path : `${name}/${path}`));

const aliasOf = (i: number): string => `k${i}`;

function splitByAlias(yaml: string, count: number): string[] {
  const texts = Array.from({ length: count }, () => '');
  for (const document of yaml.split(/^---\n(?=# Source: )/m)) {
    const alias = /^# Source: batch\/charts\/k(\d+)\//.exec(document)?.[1];
    if (alias === undefined) {
      if (document.trim() !== '') throw new Error(`a document without a source: ${document.slice(0, 200)}`);
    } else {
      texts[Number(alias)] = `${texts[Number(alias)]}---\n${document}`;
    }
  }
  return texts;
}

/**
 * The paths in Helm's message by the chart that refuses: of its schema validation, or of a chart's own `fail`.
 *
 * @throws HelmError's text where the message is neither
 */
export function refusedPaths(stderr: string): Map<string, string[]> {
  const refused = new Map<string, string[]>();
  // What stands for a service and is no map: Helm tells this before anything else, and names the service.
  const mismatch = /type mismatch on ([\w-]+):/.exec(stderr);
  if (mismatch) return refused.set('', [mismatch[1]!]);
  let chart = '';
  let subchart = '';
  let ours = false;
  let union = 'none:';
  const add = (path: string): void => void refused.set(chart, [...(refused.get(chart) ?? []), path]);
  for (const text of stderr.split('\n')) {
    const name = /^([\w-]+):$/.exec(text);
    const schema = /^\s*- at '((?:[^'\\]|\\.)*)': (.*)$/.exec(text);
    const own = ours ? /^ {2}([\w.[\]"-]+): /.exec(text) : null;
    const failed =
      /execution error at \([\w-]+((?:\/charts\/[\w-]+)*)\/templates\/.*the values of \S+ are not valid:$/.exec(text);
    if (name) chart = name[1]!;
    if (failed) {
      const [refusing = '', ...below] = failed[1]!.split('/charts/').slice(1);
      chart = refusing;
      subchart = below.map((part) => `${part}/`).join('');
      ours = true;
    }
    // A union tells of each of its members; its own path says it.
    const inUnion = schema !== null && `${chart}:${schema[1]!}`.startsWith(union);
    if (schema && !inUnion && schema[2]!.includes('anyOf')) union = `${chart}:${schema[1]!}/`;
    if (schema && !inUnion) for (const path of schemaPaths(schema[1]!, schema[2]!)) add(path);
    else if (own) add(`${own[1]!.startsWith('global.') ? '' : subchart}${slashed(own[1]!)}`);
  }
  if (refused.size === 0) throw new Error(`Helm failed without naming a path: ${stderr}`);
  return refused;
}

/** A missing or an unknown key is named in the text behind the path of its object. */
function schemaPaths(pointer: string, message: string): string[] {
  const path = unquoted(pointer)
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
  if (
    /^(allOf|'allOf'|'if-then' failed|if-else|validation failed|'anyOf' failed)/.test(message) &&
    !/anyOf/.test(message)
  )
    return [];
  const keys = /^(?:missing propert(?:y|ies)|additional properties) (.*?)(?: not allowed)?$/.exec(message);
  const names = keys ? [...keys[1]!.matchAll(/'((?:[^'\\]|\\.)*)'/g)].map(([, name]) => unquoted(name!)) : [];
  const named = /^invalid propertyName '((?:[^'\\]|\\.)*)'/.exec(message);
  if (named) names.push(unquoted(named[1]!));
  return names.length > 0 ? names.map((name) => dotted([...path, name])) : [dotted(path)];
}

/** A text without the backslashes that Go has put into it. */
const unquoted = (text: string): string =>
  text.replace(/\\(?:x(..)|u(.{4})|U(.{8})|(.))/g, (_, x?: string, u?: string, U?: string, c?: string) =>
    c === undefined ? String.fromCodePoint(parseInt((x ?? u ?? U)!, 16)) : ({ n: '\n', r: '\r', t: '\t' }[c] ?? c),
  );

/** A path as a chart's own messages have it, `files["my.cnf"]`, as `files/my.cnf`. */
const slashed = (path: string): string => path.replace(/\["([^"]*)"\]|\./g, (_, key?: string) => `/${key ?? ''}`);

/** A path as both renderings are compared by it. */
export const dotted = (path: readonly (string | number)[]): string => path.map(String).join('/');
