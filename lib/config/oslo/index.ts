/** The options that OpenStack's services take, and what may be said of a user's. */
export { changesBetween, changesFor } from './changes';
export type { Change, Changes } from './changes';
export { checkConf } from './check';
export { osloRule } from './rule';
export { optionFacts, optionNamesOf, sectionNamesOf } from './explain';
export type { OptionFacts, OptionPlace } from './explain';
export { fileTable, hasTable } from './table';
export type { FileTable } from './table';
export { changeWords } from './words';
