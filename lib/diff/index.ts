/** What comes of applying other objects to a cluster: differences, pods that roll, what will be refused. */
export type { Change } from './changes';
export { forecast, isRefused } from './forecast';
export type { Forecast } from './forecast';
export { asWritten } from './live';
export { idOf, isOwnKind, keyOf, keyWithin, kindOf, textAt } from './object';
export type { KubernetesObject } from './object';
export type { Refusal } from './refusals';
export { STAGES } from './release-order';
export type { ReleaseChange } from './release-order';
export type { JobRun, Roll } from './rolls';
