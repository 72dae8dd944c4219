import { join } from 'node:path';
import { load } from 'js-yaml';
import { kustomizationFiles } from '../gitops';
import { RepositoryEntry, indexYaml } from '../package';
import { Files, Maker, OwnFiles, ownFiles } from './folder';
import type { Output } from './output';
import { yaml } from './yaml';

/** What is below the folder of an output. */
export const FOLDERS = ['manifests', 'secrets', 'charts', 'repository', 'argocd', 'flux'] as const;
export type FolderName = (typeof FOLDERS)[number];

/** A file over those of all services, which is made of theirs. */
const KUSTOMIZATION = 'kustomization.yaml';
const INDEX = 'index.yaml';

/** A package's name as Helm makes it: `keystone-0.1.0.tgz`. */
const PACKAGE = /^(.+?)-\d+\.\d+\.\d+.*\.tgz$/;

/**
 * What one of an output's folders holds when only some services are written: theirs as they are now, and what is there
 * of others.
 */
export function withOthers(
  folder: string,
  name: FolderName,
  output: Output,
  services: readonly string[],
  maker: Maker,
): { readonly files: Files; readonly madeOf: OwnFiles } {
  const madeOf = ownFiles(join(folder, name), maker);
  const fresh = output[name];
  const stays = (path: string): boolean => {
    const service = serviceOf(name, path);
    return service !== undefined && !services.includes(service) && !fresh.has(path);
  };
  const kept = [...madeOf.files].filter(([path]) => stays(path));
  const files = new Map<string, string | Uint8Array>([...kept, ...fresh].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (fresh.has(KUSTOMIZATION)) {
    const all = kustomizationFiles(files.keys(), '').get(KUSTOMIZATION);
    if (all) files.set(KUSTOMIZATION, yaml(all));
  }
  if (fresh.has(INDEX)) files.set(INDEX, indexOf(files, [fresh.get(INDEX), madeOf.files.get(INDEX)]));
  return { files, madeOf };
}

/** Whose file it is; undefined of what is over all of them. */
function serviceOf(folder: FolderName, path: string): string | undefined {
  if (folder === 'repository') return PACKAGE.exec(path)?.[1];
  const [top = '', ...rest] = path.split('/');
  if (folder === 'argocd' || folder === 'flux') return top.replace(/\.yaml$/, '');
  return rest.length === 0 ? undefined : top;
}

/** The index of the packages that are there; what it says of each stands in one of the indexes that were made of them. */
function indexOf(files: Files, indexes: readonly (string | Uint8Array | undefined)[]): string {
  const known = indexes.flatMap((text) => {
    if (text === undefined) return [];
    const { entries } = load(Buffer.from(text).toString()) as {
      readonly entries: { readonly [chart: string]: readonly IndexEntry[] };
    };
    return Object.values(entries).flat();
  });
  const packages = [...files].filter(([path]) => PACKAGE.test(path));
  return indexYaml(
    packages.flatMap(([path, bytes]): RepositoryEntry[] => {
      const entry = known.find(({ urls }) => urls.includes(path));
      if (entry === undefined) return [];
      const { created: _, digest: __, urls: ___, ...chart } = entry;
      return [{ chart, bytes: Buffer.from(bytes) }];
    }),
  );
}

type IndexEntry = RepositoryEntry['chart'] & { readonly urls: readonly string[] };
