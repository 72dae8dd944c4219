/** The value language: what the author of a service sees. */
export { onlyIf } from './condition';
export { base64, digest, json, named } from './named';
export { all, any, choose, each, eachEntry, isSet, not, spread, times, when } from './value';
export type { Each, Handles, Secret, Templated, Value, When } from './value';
export { ValuesModel } from './model';
export { InvalidValues } from './problem';
export * from './types';
