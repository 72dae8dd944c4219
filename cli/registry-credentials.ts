import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../lib/cloud/reason';

/** What a registry is told about who asks: the base64 of `user:password`. Never to be printed. */
export type Credentials = (registry: string, repository: string) => string | undefined;

interface Auth {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
}

/** Docker's own name for its registry in such files. */
const DOCKER = 'index.docker.io';

/**
 * The credentials of a user, from where Docker and skopeo have them: the text in DOCKER_AUTH_CONFIG, or the file
 * REGISTRY_AUTH_FILE, `config.json` in the folder DOCKER_CONFIG, `.docker/config.json` at home. The first that is there
 * counts. Helpers that it names are not run.
 *
 * @throws Error where it can't be read; its text is in no message
 */
export function credentialsOf(env: NodeJS.ProcessEnv, home = homedir()): Credentials {
  const auths = new Map(Object.entries(authsIn(env, home)).map(([key, auth]) => [hostOf(key), basicOf(auth)]));
  return (registry, repository) => {
    const host = registry === 'docker.io' ? DOCKER : registry;
    // An entry may be of a part of the registry alone; the longest is the nearest.
    const parts = repository.split('/');
    const names = parts.map((_, i) => [host, ...parts.slice(0, parts.length - i)].join('/'));
    return [...names, host].map((name) => auths.get(name)).find((basic) => basic !== undefined);
  };
}

/** `https://index.docker.io/v1/` is how Docker writes it. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/(\/v[12])?\/*$/, '');
  return host === 'docker.io' ? DOCKER : host;
}

function basicOf({ auth, username, password }: Auth): string | undefined {
  if (typeof auth === 'string' && auth !== '') return auth;
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  return Buffer.from(`${username}:${password}`).toString('base64');
}

function authsIn(env: NodeJS.ProcessEnv, home: string): Readonly<Record<string, Auth>> {
  const text = env['DOCKER_AUTH_CONFIG'];
  if (text) return parse(text, 'DOCKER_AUTH_CONFIG');
  const named = env['REGISTRY_AUTH_FILE'];
  const file = named ?? join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json');
  if (named === undefined && !existsSync(file)) return {};
  let read: string;
  try {
    read = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
  return parse(read, file);
}

/** The parser's own message would show a part of the text. */
function parse(text: string, where: string): Readonly<Record<string, Auth>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error(`${where}: found no JSON, such as Docker's config.json`);
  }
  const { auths = {} } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as { readonly auths?: object };
  return Object.fromEntries(
    Object.entries(auths).filter((entry): entry is [string, Auth] => typeof entry[1] === 'object' && entry[1] !== null),
  );
}
