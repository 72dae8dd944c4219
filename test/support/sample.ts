import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type {
  ConfigMap,
  Container,
  Service as KubeService,
  Pod,
  PodTemplateSpec,
  Secret,
} from 'kubernetes-types/core/v1';
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { z } from 'zod';
import { Cloud } from '../../lib/cloud';
import type { HTTPRoute } from '../../lib/kubernetes/crds/gateway';
import { KubeObject, ServiceChart } from '../../lib/kubernetes';
import { Service } from '../../lib/openstack';
import { base64, isSet, when } from '../../lib/values';
import type { Value } from '../../lib/values';
import type { JsonMap } from '../../lib/values/expression';
import { ValuesModel } from '../../lib/values/model';
import type { Model } from '../../lib/values/model';

interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly CronJob: CronJob;
  readonly DaemonSet: DaemonSet;
  readonly Deployment: Deployment;
  readonly HTTPRoute: HTTPRoute;
  readonly Ingress: Ingress;
  readonly Job: Job;
  readonly NetworkPolicy: NetworkPolicy;
  readonly Pod: Pod;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Secret: Secret;
  readonly Service: KubeService;
  readonly StatefulSet: StatefulSet;
}

/** Objects as they reach a cluster, to be looked up as `kubectl get` does: by kind and name. */
export class Objects {
  private readonly byId: ReadonlyMap<string, JsonMap>;

  constructor(objects: readonly JsonMap[]) {
    const idOf = (object: object): string => {
      const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } };
      return `${kind}/${metadata.name}`;
    };
    this.byId = new Map(objects.map((object) => [idOf(object), object]));
  }

  /** `Deployment/keystone-api`, sorted. */
  get ids(): string[] {
    return [...this.byId.keys()].sort();
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  get<K extends keyof Kinds>(kind: K, name: string): Kinds[K] {
    return this.any(kind, name) as Kinds[K];
  }

  /** An object of whatever kind. */
  any(kind: string, name: string): object {
    const object = this.byId.get(`${kind}/${name}`);
    if (!object) throw new Error(`no ${kind}/${name}; there is ${this.ids.join(', ')}`);
    return object;
  }

  /** The text of a config file. */
  file(configMap: string, name: string): string {
    return this.get('ConfigMap', configMap).data?.[name] ?? '';
  }

  /** The template of the pods of a workload. */
  pod(kind: 'DaemonSet' | 'Deployment' | 'StatefulSet' | 'Job' | 'CronJob', name: string): PodTemplateSpec {
    const object = this.get(kind, name);
    const spec = 'jobTemplate' in object.spec! ? object.spec.jobTemplate.spec : object.spec;
    return (spec as { template: PodTemplateSpec }).template;
  }

  /** The only Job: its name ends in a fingerprint. */
  get job(): string {
    const [job] = this.ids.filter((id) => id.startsWith('Job/'));
    return job!.slice('Job/'.length);
  }
}

/** A container of a pod by its name, init containers among them. */
export function containerOf({ spec }: PodTemplateSpec, name: string): Container {
  const containers = [...(spec!.initContainers ?? []), ...spec!.containers];
  const found = containers.find((container) => container.name === name);
  if (!found) throw new Error(`no container ${name}; there is ${containers.map((c) => c.name).join(', ')}`);
  return found;
}

/** A chart with nothing in it yet, and what `lib/config` asks of the owner of files. */
export class SampleChart<M extends Model = Model> extends ServiceChart<M> {
  metadata(component: string, name: string) {
    return { name, labels: { component } };
  }
}

/** The Secret that the holes of a chart's files are filled from. */
export const secretOf = (chart: SampleChart, passwords: { readonly [name: string]: Value<string> }) =>
  new KubeObject<Secret>(chart, 'secret', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sample' },
    data: Object.fromEntries(
      Object.entries(passwords).map(([name, password]) => [name, when(isSet(password), base64(password))]),
    ),
  });

const info = { description: 'A sample', home: 'https://example.org', sources: [] };

/** A chart `sample` with these values, and the objects of what `build` puts into it, once the chart was checked. */
export function sampleChart<S extends z.ZodRawShape>(
  shape: S,
  build: (chart: SampleChart<ValuesModel<z.ZodObject<S, z.core.$strict>>>) => void,
) {
  const cloud = new Cloud();
  const chart = new SampleChart(cloud, new ValuesModel('sample', z.strictObject(shape)), info);
  build(chart);
  return { cloud, chart, render: (values: JsonMap = {}) => new Objects(cloud.renderService(chart, values)) };
}

/** The same for a service: `model` is what `serviceValues()` gives. */
export function sampleService<M extends Model>(model: M, build: (service: Service<M>) => void) {
  const cloud = new Cloud();
  const service = new Service(cloud, model, info);
  build(service);
  return { cloud, service, render: (values: JsonMap = {}) => new Objects(cloud.renderService(service, values)) };
}
