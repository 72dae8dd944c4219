/** Config files: INI and text, with holes for secrets. */
export { ConfigFile } from './config-file';
export { inUrl, nodeFact } from './holes';
export { IniFile, iniOverrides, osloOptions } from './ini-file';
export type { IniOverrides, IniSections, OsloOverrides, SectionsOf } from './ini-file';
export { PolicyFile, policyOverrides } from './policy-file';
export { TextFile } from './text-file';
export { UNCHECKED } from './unchecked';
