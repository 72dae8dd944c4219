/** What every workload shares. */
export { KubeObject } from './kube-object';
export { ServiceChart, release } from './service-chart';
export type { ChartInfo } from './service-chart';
export { KEPT, claimSpec, scratch, scratchVolume, storage } from './storage';
export { placement, replicas, resources, schedule, spread, workload } from './values';
