import type { JsonMap } from '../values/expression';
import { Deployment, below, nameOf } from './deployment';

/** How Argo CD gets at the output. */
export interface ArgoCd {
  /** The repository's URL, as Argo CD reaches it. */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  /** The folder of the output in the repository. */
  readonly path: string;
  /** Argo CD's own namespace. */
  readonly namespace: string;
}

/**
 * An Application for each folder of manifests, by its name. They need no order. Without a finalizer: who deletes an
 * Application does not delete the cloud.
 */
export const applicationsOfManifests = (
  argoCd: ArgoCd,
  deployment: Deployment,
  folders: readonly string[],
): ReadonlyMap<string, JsonMap> =>
  new Map(
    folders.map((folder) => [
      folder,
      application(argoCd, deployment, nameOf(deployment, folder), {
        path: below(argoCd.path, 'manifests', folder),
      }),
    ]),
  );

/** One Application for the chart of all services. */
export const applicationOfChart = (
  argoCd: ArgoCd,
  deployment: Deployment,
  chart: string,
  valuesObject: JsonMap,
): JsonMap =>
  application(argoCd, deployment, deployment.name, {
    path: below(argoCd.path, 'charts', chart),
    helm: { releaseName: deployment.name, valuesObject },
  });

/**
 * Source: manifests/crds/application-crd.yaml of Argo CD 3. Bootstrap Jobs have new names when they change, so old ones
 * are to be pruned. Server-side apply keeps no copy of an object in an annotation, which large ConfigMaps would fill.
 */
const application = (
  { repo, revision, namespace }: ArgoCd,
  deployment: Deployment,
  name: string,
  source: JsonMap,
): JsonMap => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'openstack' } },
  spec: {
    project: 'default',
    source: { repoURL: repo, targetRevision: revision, ...source },
    destination: { server: 'https://kubernetes.default.svc', namespace: deployment.namespace },
    syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
  },
});
