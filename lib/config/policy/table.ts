import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  /** It will go. */
  readonly deprecated?: { readonly since?: string; readonly reason?: string };
  readonly help?: string;
}

/** What `data/policy/<release>/<project>.json` holds. */
export interface PolicyRules {
  readonly package: string;
  /** The versions that the rules are from, by package. */
  readonly versions: { readonly [name: string]: string };
  readonly rules: { readonly [name: string]: PolicyRule };
}

/** The rules of a project in one release. */
export interface PolicyTable {
  readonly release: string;
  readonly rules: ReadonlyMap<string, PolicyRule>;
  /** Names of old that a file may still have, and what rules are called so now. */
  readonly formerly: ReadonlyMap<string, readonly string[]>;
}

/** The compiled library has the tables beside it as the sources do. */
const DATA = join(__dirname, '..', '..', '..', 'data', 'policy');
const fileOf = (release: string, project: string): string => join(DATA, release, `${project}.json`);

/** Whether a release has a table of a project's rules. */
export const hasPolicy = (release: string, project: string): boolean => existsSync(fileOf(release, project));

/** The rules of a project, from `data/policy/`. */
export function policyTable(release: string, project: string): PolicyTable {
  const { rules } = JSON.parse(readFileSync(fileOf(release, project), 'utf8')) as PolicyRules;
  return tableOf(release, rules);
}

export function tableOf(release: string, rules: PolicyRules['rules']): PolicyTable {
  const formerly = new Map<string, string[]>();
  for (const [name, { formerly: old }] of Object.entries(rules)) {
    if (old?.name === undefined || Object.hasOwn(rules, old.name)) continue;
    formerly.set(old.name, [...(formerly.get(old.name) ?? []), name]);
  }
  return { release, rules: new Map(Object.entries(rules)), formerly };
}

/** Every name that a file may have. */
export const namesOf = ({ rules, formerly }: PolicyTable): string[] => [...rules.keys(), ...formerly.keys()];

export const hasRule = ({ rules, formerly }: PolicyTable, name: string): boolean =>
  rules.has(name) || formerly.has(name);
