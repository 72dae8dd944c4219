import type { JsonMap } from '../values/expression';
import { asText } from './object';
import { Way, each, within } from './way';

/*
 * What the API server fills into a template of pods. Sources, in Kubernetes 1.36: pkg/apis/core/v1/defaults.go and
 * zz_generated.defaults.go (SetObjectDefaults_PodTemplate).
 */

/** A template of pods, with or without what the API server fills in. */
export const podTemplate = (way: Way, template: JsonMap): JsonMap =>
  within(within(template, 'metadata', withoutTime), 'spec', (spec) => podSpec(way, spec));

const withoutTime = ({ creationTimestamp: _, ...metadata }: JsonMap): JsonMap => metadata;

function podSpec(way: Way, { serviceAccount, ...written }: JsonMap): JsonMap {
  // The older name of the field; the API server keeps both.
  const account = written['serviceAccountName'] ?? serviceAccount;
  const spec = way(
    {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    },
    { ...written, ...(account !== undefined && { serviceAccountName: account }) },
  );
  const containers = ['containers', 'initContainers'].reduce(
    (pod, key) => each(pod, key, (one) => container(way, one)),
    spec,
  );
  return each(containers, 'volumes', (one) => volume(way, one));
}

function container(way: Way, written: JsonMap): JsonMap {
  const full = way(
    {
      imagePullPolicy: tagOf(asText(written['image'])) === 'latest' ? 'Always' : 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    },
    written,
  );
  const probed = ['livenessProbe', 'readinessProbe', 'startupProbe'].reduce(
    (all, key) => within(all, key, (one) => probe(way, one)),
    full,
  );
  const cycled = within(probed, 'lifecycle', (lifecycle) =>
    ['postStart', 'preStop'].reduce((all, key) => within(all, key, (one) => handler(way, one)), lifecycle),
  );
  const ported = each(cycled, 'ports', (port) => way({ protocol: 'TCP' }, port));
  return each(ported, 'env', (variable) => within(variable, 'valueFrom', (source) => fieldRef(way, source)));
}

/** Of `host:5000/name:tag@digest`; `latest` where it says neither tag nor digest. */
function tagOf(image: string): string {
  const [name = '', digest] = image.split('@');
  const [, tag] = /:([^/:]+)$/.exec(name) ?? [];
  return tag ?? (digest === undefined ? 'latest' : '');
}

const probe = (way: Way, written: JsonMap): JsonMap =>
  handler(way, way({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }, written));

const handler = (way: Way, written: JsonMap): JsonMap =>
  within(
    within(written, 'httpGet', (get) => way({ path: '/', scheme: 'HTTP' }, get)),
    'grpc',
    (grpc) => way({ service: '' }, grpc),
  );

const fieldRef = (way: Way, written: JsonMap): JsonMap =>
  within(written, 'fieldRef', (reference) => way({ apiVersion: 'v1' }, reference));

const MODE = { defaultMode: 0o644 };
const items = (way: Way, source: JsonMap): JsonMap => each(source, 'items', (item) => fieldRef(way, item));

function volume(way: Way, written: JsonMap): JsonMap {
  // Nobody writes it so; and what is there is as it was written.
  if (Object.keys(written).every((key) => key === 'name')) return { ...written, emptyDir: {} };
  const files = ['secret', 'configMap'].reduce(
    (all, key) => within(all, key, (source) => way(MODE, source)),
    within(written, 'downwardAPI', (source) => way(MODE, items(way, source))),
  );
  const host = within(files, 'hostPath', (source) => way({ type: '' }, source));
  const claimed = within(host, 'ephemeral', (source) =>
    within(source, 'volumeClaimTemplate', (one) => claim(way, one)),
  );
  return within(claimed, 'projected', (source) => each(way(MODE, source), 'sources', (one) => projection(way, one)));
}

const projection = (way: Way, source: JsonMap): JsonMap =>
  within(
    within(source, 'downwardAPI', (one) => items(way, one)),
    'serviceAccountToken',
    (token) => way({ expirationSeconds: 3600 }, token),
  );

/** A volume claim, or a template of one. */
export const claim = (way: Way, written: JsonMap): JsonMap =>
  within(within(written, 'metadata', withoutTime), 'spec', (spec) => way({ volumeMode: 'Filesystem' }, spec));

/** A template of volume claims without what the API server makes of it: a claim, which waits. */
export const withoutHead = ({ apiVersion: _, kind: __, status: ___, ...template }: JsonMap): JsonMap => template;
