import { existsSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { Gitops, OutputOptions } from '../lib/cloud';
import { wrongNamespace } from '../lib/cloud/release';
import type { SecretStore } from '../lib/gitops';
import type { JsonMap } from '../lib/values/expression';
import { isMap } from '../lib/values/merge';

/** The Secret that pods read, where it is not the charts' and the cloud names none. */
export const EXISTING_SECRET = 'openstack-passwords';

export const SECRETS = ['files', 'none', 'external'] as const;
export const GITOPS = ['argocd', 'flux', 'kustomize'] as const;

/** Options of `synth` that say what is written besides manifests and charts. */
export interface GitopsOptions {
  readonly out: string;
  readonly only?: 'manifests' | 'charts';
  readonly secrets: (typeof SECRETS)[number];
  readonly secretStore?: string;
  readonly secretKey?: string;
  readonly gitops?: (typeof GITOPS)[number];
  readonly gitopsRepo?: string;
  readonly gitopsRevision?: string;
  readonly gitopsSource?: string;
  readonly gitopsPath?: string;
  readonly gitopsNamespace?: string;
}

const SOURCES: readonly string[] = ['GitRepository', 'OCIRepository', 'Bucket'];
const STORES: readonly SecretStore['kind'][] = ['ClusterSecretStore', 'SecretStore'];

/** @throws Error where an option does not go with another, or is none of a store */
export function secretsOf(options: GitopsOptions): NonNullable<OutputOptions['secrets']> {
  const { secrets, secretStore = `${STORES[0]}/openstack`, secretKey = 'openstack/passwords' } = options;
  if (secrets !== 'external') {
    refuse(options, ['secretStore', 'secretKey'], '--secrets external');
    return secrets;
  }
  const { gitops, only } = options;
  if (only === 'charts' && gitops !== 'argocd' && gitops !== 'flux') {
    throw new Error(
      '--secrets external: with --only charts, the ExternalSecret stands beside what --gitops argocd or --gitops flux writes',
    );
  }
  const { kind = STORES[0]!, name } = kindAndName('--secret-store', secretStore);
  const known = STORES.find((one) => one === kind);
  if (!known)
    throw new Error(`--secret-store: found the kind ${JSON.stringify(kind)}, allowed are ${STORES.join(', ')}`);
  if (secretKey === '') throw new Error('--secret-key: found an empty text, the name of an entry is needed');
  return { kind: known, name, key: secretKey };
}

/** @throws Error where an option does not go with another, or one is missing */
export function gitopsOf(options: GitopsOptions): Gitops | undefined {
  const { gitops: tool, only, out, gitopsRepo: repo, gitopsRevision: revision = 'HEAD' } = options;
  if (tool !== 'argocd') refuse(options, ['gitopsRepo', 'gitopsRevision'], '--gitops argocd');
  if (tool !== 'flux') refuse(options, ['gitopsSource'], '--gitops flux');
  if (tool === undefined || tool === 'kustomize') {
    refuse(options, ['gitopsPath', 'gitopsNamespace'], '--gitops argocd or --gitops flux');
    if (tool && only === 'charts')
      throw new Error('--gitops kustomize: charts have no kustomizations; leave --only out');
    return tool && { tool };
  }
  if (tool === 'argocd' && !repo) {
    throw new Error('--gitops argocd needs --gitops-repo, the URL of the repository that the output is committed to');
  }
  // Not shown, for it has one.
  if (repo !== undefined && /^\w+:\/\/[^/@]*:[^/@]+@/.test(repo))
    throw new Error(
      '--gitops-repo: found a URL with a password, which would stand in the repository: leave it out, and give it to Argo CD',
    );
  const path = options.gitopsPath === undefined ? pathInRepository(out) : insidePath(options.gitopsPath);
  if (revision === '') throw new Error('--gitops-revision: found an empty text, a branch, tag or commit is needed');
  const { gitopsNamespace: namespace = tool === 'argocd' ? 'argocd' : 'flux-system' } = options;
  const wrong = wrongNamespace(namespace);
  if (wrong !== undefined) throw new Error(`--gitops-namespace: ${wrong}`);
  if (tool === 'argocd') return { tool, repo: repo!, revision, path, namespace };
  const { kind = SOURCES[0]!, name } = kindAndName('--gitops-source', options.gitopsSource ?? 'flux-system');
  // Source: the CRDs of Flux 2.9; a HelmRelease takes no chart out of an OCIRepository's folder.
  const kinds = only === 'charts' ? SOURCES.filter((one) => one !== 'OCIRepository') : SOURCES;
  if (!kinds.includes(kind)) {
    throw new Error(`--gitops-source: found the kind ${JSON.stringify(kind)}, allowed are ${kinds.join(', ')}`);
  }
  return { tool, source: { kind, name }, path, namespace };
}

/** Values in which all passwords come from a Secret: the one that they name, or one of ours. */
export function withoutPasswords(values: JsonMap): JsonMap {
  const { global = {} } = values;
  const { passwords = {} } = isMap(global) ? global : {};
  // They are refused as they are.
  if (!isMap(global) || !isMap(passwords)) return values;
  const { existingSecret = EXISTING_SECRET, revision } = passwords;
  return {
    ...values,
    global: { ...global, passwords: { existingSecret, ...(revision !== undefined && { revision }) } },
  };
}

function refuse(options: GitopsOptions, names: readonly (keyof GitopsOptions)[], without: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new Error(`--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} goes with ${without} only`);
}

function kindAndName(option: string, text: string): { readonly kind?: string; readonly name: string } {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || parts.includes('')) {
    throw new Error(`${option}: found ${JSON.stringify(text)}, NAME or KIND/NAME is needed`);
  }
  return second === undefined ? { name: first } : { kind: first, name: second };
}

/** A path below the top of a repository, without what is not needed. */
function insidePath(text: string): string {
  const path = posix.normalize(text).replace(/^\.\/|\/$/g, '');
  if (text !== '' && !posix.isAbsolute(path) && path !== '..' && !path.startsWith('../')) return path;
  throw new Error(
    `--gitops-path: found ${JSON.stringify(text)}, the path of a folder in the repository is needed, such as clouds/north, or .`,
  );
}

/** Where a folder is in the Git repository around it. */
function pathInRepository(out: string): string {
  const folder = resolve(out);
  for (let top = folder; ; top = dirname(top)) {
    if (existsSync(join(top, '.git'))) return relative(top, folder).split(sep).join('/') || '.';
    if (top === dirname(top)) break;
  }
  throw new Error(`${out} is in no Git repository: give --gitops-path, where it will be in one`);
}
