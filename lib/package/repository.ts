import { createHash } from 'crypto';
import { dump } from 'js-yaml';

/** A package of a chart repository. */
export interface RepositoryEntry {
  /** The data of the chart's Chart.yaml; the index repeats it. */
  readonly chart: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
  /** The package itself, from `packChart`. */
  readonly bytes: Uint8Array;
  /** Where it lies, relative to the index. Default: `<name>-<version>.tgz`, as `helm package` names it. */
  readonly url?: string;
}

/** When every package was made, as far as the index tells: a real time would change the bytes with each build. */
const created = '1980-01-01T00:00:00Z';

/**
 * The `index.yaml` of a chart repository: what `helm repo index` writes, but reproducibly. Charts are sorted by name
 * and each chart's versions from new to old, by the rules of semantic versions, as Helm does.
 *
 * @throws when a version is not a semantic version, and when a chart is there twice with the same version
 */
export function indexYaml(entries: Iterable<RepositoryEntry>): string {
  const sorted = [...entries].sort(byNameThenNewest);
  const charts: Record<string, unknown[]> = {};
  sorted.forEach(({ chart, bytes, url = `${chart.name}-${chart.version}.tgz` }, position) => {
    parseVersion(chart.version);
    const previous = sorted[position - 1];
    if (previous && previous.chart.name === chart.name && previous.chart.version === chart.version) {
      throw new Error(`chart ${chart.name} is in the index twice with version ${chart.version}`);
    }
    const digest = createHash('sha256').update(bytes).digest('hex');
    (charts[chart.name] ??= []).push({ ...chart, created, digest, urls: [url] });
  });
  return dump({ apiVersion: 'v1', entries: charts, generated: created }, { lineWidth: -1, noRefs: true });
}

function byNameThenNewest(a: RepositoryEntry, b: RepositoryEntry): number {
  return byText(a.chart.name, b.chart.name) || compareVersions(b.chart.version, a.chart.version);
}

/** By precedence (https://semver.org/#spec-item-11); build metadata, which has none, only keeps the order stable. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  for (const position of [0, 1, 2] as const) {
    const difference = left.numbers[position] - right.numbers[position];
    if (difference) return difference;
  }
  return comparePrereleases(left.prerelease, right.prerelease) || byText(a, b);
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  // A version without a pre-release comes after all of its pre-releases.
  if (!a.length || !b.length) return b.length - a.length;
  for (let position = 0; position < Math.min(a.length, b.length); position++) {
    const difference = compareIdentifiers(a[position] ?? '', b[position] ?? '');
    if (difference) return difference;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (leftIsNumber && rightIsNumber) return Number(a) - Number(b);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  return byText(a, b);
}

function parseVersion(version: string): { numbers: [number, number, number]; prerelease: string[] } {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(version);
  if (!match) throw new Error(`'${version}' is not a semantic version such as 1.2.3 or 1.2.3-rc.1`);
  const [, major, minor, patch, prerelease] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease ? prerelease.split('.') : [],
  };
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
