/** What every workload shares. */
export { KubeObject } from './kube-object';
export { ServiceChart, release } from './service-chart';
export type { ChartInfo } from './service-chart';
export { claimSpec, storage } from './storage';
export { placement, replicas, resources, spread, workload } from './values';
