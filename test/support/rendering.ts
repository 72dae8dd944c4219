import type { JsonMap } from '../../lib/values/expression';
import { MapNode, Template, treeOf } from '../../lib/values/tree';
import { renderHelm } from '../../lib/render/helm';
import { renderPlain } from '../../lib/render/plain';
import { renderBatch } from './batch';
import type { ParsedObject } from './helm';

/** The chart of all examples, and its release. */
export const CHART = 'sample';
export const RELEASE = { name: 'rel', namespace: 'openstack' } as const;

/** An object as a construct writes it: literals, values, conditions, loops. */
export type Written = { readonly [key: string]: unknown };

const templateOf = (written: Written, name: string): Template => ({
  name,
  origin: `${CHART}/${name}`,
  root: treeOf(written) as MapNode,
  secret: false,
});

/** The files of a chart that holds one object. */
export const chartOf = (written: Written): ReadonlyMap<string, string> =>
  renderHelm(CHART, [templateOf(written, 'object')], []);

/** The object's template, without the last line break. */
export const printed = (written: Written): string => chartOf(written).get('templates/object.yaml')!.replace(/\n$/, '');

/** The object as the plain renderer gives it. */
export const rendered = (written: Written, values: JsonMap): JsonMap =>
  renderPlain([templateOf(written, 'object')], values, RELEASE)[0]!.object;

const numbered = (written: readonly Written[]): Written[] => written.map((one, example) => ({ example, ...one }));

/** All objects, for each set of values, as the plain renderer gives them; each says which one it is. */
export const allRendered = (written: readonly Written[], sets: readonly JsonMap[]): JsonMap[][] =>
  sets.map((values) => numbered(written).map((one) => rendered(one, values)));

/** The same from Helm: one chart of all objects, one run for all sets. */
export function allFromHelm(helm: string, written: readonly Written[], sets: readonly JsonMap[]): ParsedObject[][] {
  const templates = numbered(written).map((one, i) => templateOf(one, `example-${i}`));
  const files = new Map([
    ['Chart.yaml', JSON.stringify({ apiVersion: 'v2', name: CHART, version: '1.0.0' })],
    ...renderHelm(CHART, templates, []),
  ]);
  const batch = sets.map((values) => ({ values }));
  const chart = { name: CHART, version: '1.0.0', files };
  return renderBatch(chart, batch, { helm, release: RELEASE.name, namespace: RELEASE.namespace }).map((verdict) => {
    if ('refused' in verdict) throw new Error(`Helm refused the values at ${verdict.refused.join(', ')}`);
    return [...verdict.objects].sort((a, b) => Number(a['example']) - Number(b['example']));
  });
}
