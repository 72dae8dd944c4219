import type { Json, JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import { asText, at, listAt, mapAt } from './object';
import { quantity } from './quantity';

/*
 * What the API server makes of what is written, so that two ways of writing the same are no difference. Sources, in
 * Kubernetes 1.36: pkg/apis/core/v1/defaults.go and zz_generated.defaults.go (SetObjectDefaults_PodTemplate), and
 * apimachinery's Semantic.DeepEqual, to which an empty list or map is none and quantities are numbers.
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
  ...['terminationMessagePath', 'terminationMessagePolicy'],
]);
/** Maps whose keys are the user's: an entry named `value` is no field. */
const OF_ANY_KEYS = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector', 'data', 'parameters']);
const OF_QUANTITIES = new Set(['limits', 'requests', 'overhead']);

/** The same with one way of writing each thing. */
export function canonical(value: Json | undefined, key = ''): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((item) => canonical(item) ?? null);
  }
  if (key === 'sizeLimit') return quantity(value) ?? value;
  if (!isMap(value)) return PLAIN.has(key) && [false, 0, ''].includes(value) ? undefined : value;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    const same = OF_QUANTITIES.has(key)
      ? (quantity(inner) ?? inner)
      : canonical(inner, OF_ANY_KEYS.has(key) ? '' : name);
    return same === undefined ? [] : [[name, same]];
  });
  return entries.length === 0 && MAPS.has(key) ? undefined : Object.fromEntries(entries);
}

/** A map of the same, with what is missing filled in. */
const filled = (defaults: JsonMap, value: JsonMap): JsonMap => ({ ...defaults, ...value });

/** A map in which an inner one, if it is there, is replaced. */
const within = (map: JsonMap, key: string, change: (inner: JsonMap) => JsonMap): JsonMap => {
  const inner = map[key];
  return isMap(inner) ? { ...map, [key]: change(inner) } : map;
};

/** A map in which each item of a list, if it is there, is replaced. */
const each = (map: JsonMap, key: string, change: (item: JsonMap) => JsonMap): JsonMap => {
  const list = map[key];
  return Array.isArray(list) ? { ...map, [key]: list.map((item) => (isMap(item) ? change(item) : item)) } : map;
};

/** A template of pods, as the API server keeps it. */
export function defaultedTemplate(template: JsonMap | undefined): JsonMap {
  const { metadata, spec } = mapAt(canonical(template));
  return { metadata: withoutTime(mapAt(metadata)), spec: podSpec(mapAt(spec)) };
}

const withoutTime = ({ creationTimestamp: _, ...metadata }: JsonMap): JsonMap => metadata;

function podSpec({ serviceAccount, ...spec }: JsonMap): JsonMap {
  const account = spec['serviceAccountName'] ?? serviceAccount;
  const full = filled(
    {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      ...(account !== undefined && { serviceAccountName: account }),
    },
    spec,
  );
  const containers = ['containers', 'initContainers'].reduce((pod, key) => each(pod, key, container), full);
  return each(containers, 'volumes', volume);
}

function container(written: JsonMap): JsonMap {
  const full = filled(
    {
      imagePullPolicy: tagOf(asText(written['image'])) === 'latest' ? 'Always' : 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    },
    written,
  );
  const probed = ['livenessProbe', 'readinessProbe', 'startupProbe'].reduce(
    (all, key) => within(all, key, probe),
    full,
  );
  const cycled = within(probed, 'lifecycle', (lifecycle) =>
    ['postStart', 'preStop'].reduce((all, key) => within(all, key, handler), lifecycle),
  );
  const ported = each(cycled, 'ports', (port) => filled({ protocol: 'TCP' }, port));
  return each(ported, 'env', (variable) => within(variable, 'valueFrom', fieldRef));
}

/** Of `host:5000/name:tag@digest`; `latest` where it says neither tag nor digest. */
function tagOf(image: string): string {
  const [name = '', digest] = image.split('@');
  const [, tag] = /:([^/:]+)$/.exec(name) ?? [];
  return tag ?? (digest === undefined ? 'latest' : '');
}

const probe = (written: JsonMap): JsonMap =>
  handler(filled({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }, written));

const handler = (written: JsonMap): JsonMap =>
  within(
    within(written, 'httpGet', (get) => filled({ path: '/', scheme: 'HTTP' }, get)),
    'grpc',
    (grpc) => filled({ service: '' }, grpc),
  );

const fieldRef = (written: JsonMap): JsonMap =>
  within(written, 'fieldRef', (reference) => filled({ apiVersion: 'v1' }, reference));

const MODE = { defaultMode: 0o644 };
const items = (source: JsonMap): JsonMap => each(source, 'items', fieldRef);

function volume(written: JsonMap): JsonMap {
  if (Object.keys(written).every((key) => key === 'name')) return { ...written, emptyDir: {} };
  const files = ['secret', 'configMap'].reduce(
    (all, key) => within(all, key, (source) => filled(MODE, source)),
    within(written, 'downwardAPI', (source) => filled(MODE, items(source))),
  );
  const host = within(files, 'hostPath', (source) => filled({ type: '' }, source));
  const claimed = within(host, 'ephemeral', (source) => within(source, 'volumeClaimTemplate', claimTemplate));
  return within(claimed, 'projected', (source) => each(filled(MODE, source), 'sources', projection));
}

const projection = (source: JsonMap): JsonMap =>
  within(within(source, 'downwardAPI', items), 'serviceAccountToken', (token) =>
    filled({ expirationSeconds: 3600 }, token),
  );

/** A template of volume claims, or a claim, without what says its kind. */
export function claimTemplate(written: JsonMap): JsonMap {
  const { metadata, spec } = mapAt(canonical(written));
  return { metadata: withoutTime(mapAt(metadata)), spec: filled({ volumeMode: 'Filesystem' }, mapAt(spec)) };
}

/** What of a StatefulSet may not change, by field. */
export function fixedOfStatefulSet(object: JsonMap): JsonMap {
  const spec = mapAt(canonical(at(object, 'spec')));
  const { replicas: _, template: __, updateStrategy: ___, minReadySeconds: ____, ordinals: _____, ...rest } = spec;
  const { persistentVolumeClaimRetentionPolicy: ______, ...fixed } = rest;
  const claims = listAt(fixed, 'volumeClaimTemplates').map((claim) => claimTemplate(mapAt(claim)));
  const defaults = { podManagementPolicy: 'OrderedReady', revisionHistoryLimit: 10 };
  return filled(defaults, { ...fixed, ...(claims.length > 0 && { volumeClaimTemplates: claims }) });
}
