// What this tool writes: options and the rules of policies, whose forms are in lib/config/{oslo,policy}/table.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthenticationPlugins, PackageOptions } from '../../lib/config/oslo/table';
import type { PolicyRules } from '../../lib/config/policy/table';
import type { Release } from './projects';

export const DATA = join(__dirname, '..', '..', 'data');
/** The file of a project's or a library's options, or of keystoneauth's plugins. */
export const optionsFile = (release: Release, name: string): string => join(DATA, 'oslo', release, `${name}.json`);
export const policyFile = (release: Release, project: string): string =>
  join(DATA, 'policy', release, `${project}.json`);

export const readOptions = (release: Release, name: string): PackageOptions =>
  JSON.parse(readFileSync(optionsFile(release, name), 'utf8')) as PackageOptions;
export const readPlugins = (release: Release): AuthenticationPlugins =>
  JSON.parse(readFileSync(optionsFile(release, 'keystoneauth1'), 'utf8')) as AuthenticationPlugins;
export const readPolicy = (release: Release, project: string): PolicyRules =>
  JSON.parse(readFileSync(policyFile(release, project), 'utf8')) as PolicyRules;
