/** Charts and the repository that holds them. */
export { packChart } from './archive';
export { chartFiles, umbrellaFiles } from './chart';
export type { Chart } from './chart';
export { indexYaml } from './repository';
