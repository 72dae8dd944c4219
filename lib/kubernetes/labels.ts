import { release } from './service-chart';
import { Value } from '../values/value';

/** Labels by which pods are selected. They never change, and don't depend on who installed what. */
export const selectorLabels = (chart: string, component: string) => ({
  'app.kubernetes.io/name': chart,
  'app.kubernetes.io/component': component,
});

/** All labels of an object. */
export const objectLabels = (chart: string, component: string, version: Value<string>) => ({
  ...selectorLabels(chart, component),
  'app.kubernetes.io/instance': `${release.name}`,
  'app.kubernetes.io/part-of': 'openstack',
  'app.kubernetes.io/version': `${version}`,
});

/** The label by which a pod is let in by the network policy of `server`. */
export const clientLabel = (server: string): { readonly [key: string]: string } => ({ [`${server}-client`]: 'true' });

/** The label of the pods of a pool's host agents: `kubectl get pods -l node-pool=NAME`. */
export const poolLabel = (pool: Value<string>): { readonly [key: string]: string } => ({ 'node-pool': `${pool}` });
