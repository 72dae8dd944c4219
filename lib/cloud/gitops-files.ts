import { basename } from 'node:path';
import {
  ArgoCd,
  Flux,
  applicationOfChart,
  applicationsOfManifests,
  helmRelease,
  kustomizationsOfManifests,
} from '../gitops';
import type { JsonMap } from '../values/expression';
import { entryOf } from '../values/merge';
import { InvalidValues } from '../values/problem';
import { secretPathsIn } from '../values/secrets';
import type { Cloud } from './cloud';
import type { OutputOptions } from './output';
import { UMBRELLA } from './umbrella';
import { yaml } from './yaml';

/** A tool that keeps a cluster as a Git repository says. */
export type Gitops =
  { readonly tool: 'kustomize' } | ({ readonly tool: 'argocd' } & ArgoCd) | ({ readonly tool: 'flux' } & Flux);

/**
 * The objects by which Argo CD or Flux deploys the cloud, a file each: of the manifests, one for each of their folders;
 * of charts alone, one for the chart of all services, with the cloud's values, and what makes the Secret.
 *
 * @throws InvalidValues where values with secrets in them would come into the repository
 */
export function gitopsFiles(
  cloud: Cloud,
  gitops: Exclude<Gitops, { readonly tool: 'kustomize' }>,
  { only, services }: OutputOptions,
  folders: readonly string[],
  externalSecrets: ReadonlyMap<string, JsonMap>,
): ReadonlyMap<string, string> {
  const { release } = cloud;
  if (only !== 'charts') {
    const objects =
      gitops.tool === 'argocd'
        ? applicationsOfManifests(gitops, release, folders)
        : kustomizationsOfManifests(gitops, release, folders);
    return new Map([...objects].map(([name, object]) => [`${name}.yaml`, yaml(object)]));
  }
  if (services) throw new Error('--only charts with --gitops deploys the chart of all services: leave --service out');
  const values = cloud.values;
  assertNoSecret(cloud, values);
  const object =
    gitops.tool === 'argocd'
      ? applicationOfChart(gitops, release, UMBRELLA, values)
      : helmRelease(gitops, release, UMBRELLA, values);
  const inNamespace = (secret: JsonMap): JsonMap => ({
    ...secret,
    metadata: { ...(secret['metadata'] as JsonMap), namespace: release.namespace },
  });
  return new Map([
    [`${UMBRELLA}.yaml`, yaml(object)],
    ...[...externalSecrets].map(([path, secret]): [string, string] => [basename(path), yaml(inNamespace(secret))]),
  ]);
}

function assertNoSecret({ services }: Cloud, values: JsonMap): void {
  const [first] = services;
  const { global } = first?.model.jsonSchema.properties ?? {};
  const secrets = [
    ...(global ? secretPathsIn(global, entryOf(values, 'global'), ['global']) : []),
    ...services.flatMap(({ node, model }) => secretPathsIn(model.jsonSchema, entryOf(values, node.id), [node.id])),
  ];
  const message =
    'is a secret, and would stand in the repository: leave it out, and give --secrets external, or name a Secret of yours in global.passwords.existingSecret';
  if (secrets.length > 0) {
    throw new InvalidValues(
      UMBRELLA,
      secrets.map((path) => ({ path, message })),
    );
  }
}
