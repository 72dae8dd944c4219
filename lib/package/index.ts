/** Charts and the repository that holds them. */
export { packChart } from './archive';
export type { ChartFiles } from './archive';
export { Chart, chartFiles, umbrellaFiles } from './chart';
export { indexYaml } from './repository';
export type { RepositoryEntry } from './repository';
