// What this tool writes: options, whose form is in lib/config/oslo/table.ts, and the rules of policies.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuthenticationPlugins, PackageOptions } from '../../lib/config/oslo/table';
import type { Release } from './projects';

/** A rule of a policy. */
export interface PolicyRule {
  readonly check: string;
  readonly scopes?: readonly string[];
  /** `GET /v3/users` */
  readonly operations?: readonly string[];
  /** What it was called, and what it checked. */
  readonly formerly?: {
    readonly name?: string;
    readonly check?: string;
    readonly since?: string;
    readonly reason?: string;
  };
  readonly deprecated?: { readonly since?: string; readonly reason?: string };
  readonly help?: string;
}

/** What `data/policy/<release>/<project>.json` holds. */
export interface PolicyRules {
  readonly package: string;
  readonly versions: { readonly [name: string]: string };
  readonly rules: { readonly [name: string]: PolicyRule };
}

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
