import type { JsonMap } from '../values/expression';

const NAME = 'kustomization.yaml';

/**
 * The kustomizations of a folder of manifests, by path: one for each of its folders, with its files, and one over them.
 *
 * @param paths the manifests: `keystone/deployment-api.yaml`
 */
export function kustomizationFiles(paths: Iterable<string>, namespace: string): ReadonlyMap<string, JsonMap> {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const [folder, file] = path.split('/');
    if (folder === undefined || file === undefined || file === NAME) continue;
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  if (folders.size === 0) return new Map();
  return new Map([
    [NAME, kustomization({ resources: [...folders.keys()].sort() })],
    ...[...folders].map(([folder, files]): [string, JsonMap] => [
      `${folder}/${NAME}`,
      kustomization({ namespace, resources: files.sort() }),
    ]),
  ]);
}

const kustomization = (fields: JsonMap): JsonMap => ({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  ...fields,
});
