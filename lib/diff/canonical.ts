import type { Json } from '../values/expression';
import { isMap } from '../values/merge';
import { quantity, resource } from './quantity';

/*
 * Two ways of writing the same are no difference: to apimachinery's Semantic.DeepEqual an empty list or map is none and
 * quantities are numbers; and what Go leaves out of JSON when it is zero is the same as nothing.
 */

/** Maps of Go that are no pointers: an empty one is none. Elsewhere `{}` says something, as in `emptyDir: {}`. */
const MAPS = new Set([
  ...['labels', 'annotations', 'matchLabels', 'nodeSelector', 'limits', 'requests', 'resources', 'metadata'],
  ...['data', 'binaryData', 'stringData', 'parameters', 'overhead'],
]);
/** Fields of Go that are no pointers: `false`, `0` and an empty text are the same as nothing there. */
const PLAIN = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'stdin', 'stdinOnce', 'tty', 'readOnly', 'hostPort', 'minReadySeconds'],
  ...['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold', 'value'],
  ...['subPath', 'subPathExpr', 'workingDir', 'hostname', 'subdomain', 'nodeName', 'serviceAccountName', 'medium'],
  ...['priorityClassName', 'serviceName', 'dnsPolicy', 'restartPolicy', 'schedulerName', 'imagePullPolicy', 'protocol'],
  ...['terminationMessagePath', 'terminationMessagePolicy', 'paused', 'nodePort', 'publishNotReadyAddresses'],
  ...['clusterIP', 'externalName', 'loadBalancerIP', 'sessionAffinity', 'key', 'operator', 'effect'],
]);
/** Maps whose keys are the user's: an entry named `value` is no field. */
const OF_ANY_KEYS = new Set([
  ...['labels', 'annotations', 'matchLabels', 'nodeSelector', 'parameters', 'data', 'binaryData', 'stringData'],
]);
const OF_QUANTITIES = new Set(['limits', 'requests', 'overhead']);
const QUANTITIES = new Set(['sizeLimit', 'divisor']);

/** Whether a field holds a quantity, by its name and that of the map it is in. */
export const isQuantity = (key: string, map: string): boolean => QUANTITIES.has(key) || OF_QUANTITIES.has(map);

/** What such a field comes to; undefined where it is no quantity. */
export const amountOf = (value: Json, map: string): number | undefined =>
  OF_QUANTITIES.has(map) ? resource(value) : quantity(value);

/** The same with one way of writing each thing. */
export const canonical = (value: Json | undefined, key = ''): Json | undefined =>
  walk(value, key, '', (written, map) => amountOf(written, map) ?? written);

/** The same without what says nothing; quantities as they are written. */
export const withoutNothing = (value: Json | undefined, key = ''): Json | undefined =>
  walk(value, key, '', (written) => written);

/** Whether it is the same to have this in a map and to have nothing. */
export const saysNothing = (value: Json | undefined, key: string, map: string): boolean =>
  walk(value, OF_ANY_KEYS.has(map) ? '' : key, map, (written) => written) === undefined;

type OfQuantity = (written: Json, map: string) => Json;

function walk(value: Json | undefined, key: string, map: string, ofQuantity: OfQuantity): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item) => walk(item, '', '', ofQuantity) ?? null);
  }
  // Of a divisor, none is written as 0.
  if (key === 'divisor' && quantity(value) === 0) return undefined;
  if (isQuantity(key, map)) return ofQuantity(value, map);
  if (!isMap(value)) return PLAIN.has(key) && [false, 0, ''].includes(value) ? undefined : value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    const same = walk(inner, OF_ANY_KEYS.has(key) ? '' : name, key, ofQuantity);
    return same === undefined ? [] : [[name, same]];
  });
  return entries.length === 0 && MAPS.has(key) ? undefined : Object.fromEntries(entries);
}
