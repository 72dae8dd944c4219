/** Config files: INI and text, with holes for secrets. */
export { ConfigFile } from './config-file';
export { inUrl } from './holes';
export { IniFile, UNCHECKED, iniOverrides, osloOptions } from './ini-file';
export type { IniOverrides, IniSections } from './ini-file';
export { TextFile } from './text-file';
