import type { JsonMap } from '../values/expression';
import { Deployment, below, nameOf } from './deployment';

/** How Flux gets at the output. */
export interface Flux {
  /** The source that holds the repository: `{ kind: 'GitRepository', name: 'flux-system' }`. */
  readonly source: { readonly kind: string; readonly name: string };
  /** The folder of the output in the repository. */
  readonly path: string;
  /** The namespace of the source, and of what is made here. */
  readonly namespace: string;
}

const INTERVAL = '10m';

const metadata = ({ namespace }: Flux, name: string): JsonMap => ({
  name,
  namespace,
  labels: { 'app.kubernetes.io/part-of': 'openstack' },
});

/**
 * A Kustomization for each folder of manifests, by its name. They need no order. Who deletes one does not delete the
 * cloud.
 *
 * Source: config/crd/bases of Flux's kustomize-controller 1.
 */
export const kustomizationsOfManifests = (
  flux: Flux,
  deployment: Deployment,
  folders: readonly string[],
): ReadonlyMap<string, JsonMap> =>
  new Map(
    folders.map((folder): [string, JsonMap] => [
      folder,
      {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: metadata(flux, nameOf(deployment, folder)),
        spec: {
          interval: INTERVAL,
          retryInterval: '1m',
          path: `./${below(flux.path, 'manifests', folder)}`,
          prune: true,
          deletionPolicy: 'Orphan',
          targetNamespace: deployment.namespace,
          sourceRef: flux.source,
        },
      },
    ]),
  );

/**
 * One HelmRelease for the chart of all services. It does not wait: all of it converges by itself, and a release that
 * took too long would be rolled back or stay failed. The chart is packed anew with each commit, for its version is that
 * of this project.
 *
 * Source: config/crd/bases of Flux's helm-controller 1.
 */
export const helmRelease = (flux: Flux, deployment: Deployment, chart: string, values: JsonMap): JsonMap => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: metadata(flux, deployment.name),
  spec: {
    interval: INTERVAL,
    releaseName: deployment.name,
    targetNamespace: deployment.namespace,
    storageNamespace: deployment.namespace,
    chart: {
      spec: {
        chart: `./${below(flux.path, 'charts', chart)}`,
        sourceRef: flux.source,
        reconcileStrategy: 'Revision',
      },
    },
    install: { disableWait: true },
    upgrade: { disableWait: true },
    values,
  },
});
