/** A cloud: services with the values of one cloud file, rendered and written. */
export { Cloud } from './cloud';
export type { CloudObject, CloudProps } from './cloud';
export { editorSchema } from './editor-schema';
export { explain } from './explain';
export type { Explanation } from './explain';
export { assertNone, remarksOn } from './findings';
export type { CloudFindings } from './findings';
export { imagesIn, mirrorOf, unknownImagesIn } from './images';
export type { CloudImage, Mirror } from './images';
export { chartsOf, outputOf, summaryOf } from './output';
export { setValues } from './set';
export { argumentSource, placeOf, placed, withPlaces } from './sources';
export type { Source } from './sources';
export { readValues, readValuesFile } from './values-file';
export { UMBRELLA } from './umbrella';
export { upgradeRemarks } from './upgrade';
export type { UpgradeFindings } from './upgrade';
