/** The options that OpenStack's services take, and what may be said of a user's. */
export { checkConf } from './check';
export type { Findings } from './check';
export { fileSchema, releaseRules } from './file-schema';
export type { FileSchema } from './file-schema';
export { fileTable, hasTable } from './table';
export type { FileTable } from './table';
