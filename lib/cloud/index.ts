/** A cloud: services with the values of one cloud file, rendered and written. */
export { Cloud } from './cloud';
export type { CloudObject, CloudProps } from './cloud';
export { editorSchema } from './editor-schema';
export { assertNone, remarksOn } from './findings';
export type { CloudFindings } from './findings';
export { chartsOf, outputOf, summaryOf } from './output';
export { argumentSource, placeOf, placed, withPlaces } from './places';
export type { Source } from './places';
export { setValues } from './set';
export { readValues, readValuesFile } from './values-file';
export { UMBRELLA } from './umbrella';
export { upgradeRemarks } from './upgrade';
export type { UpgradeFindings } from './upgrade';
