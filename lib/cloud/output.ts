import { Chart, chartFiles, indexYaml, umbrellaFiles } from '../package';
import { kustomizationFiles } from '../gitops';
import type { SecretStore } from '../gitops';
import { guardOf } from '../render/helm';
import { textWith } from '../render/plain';
import { ServiceChart } from '../kubernetes/service-chart';
import type { JsonMap } from '../values/expression';
import { literalAt } from '../values/tree';
import { Value, hasToken } from '../values/value';
import { VERSION } from '../version';
import type { Cloud, CloudObject } from './cloud';
import { remarksOn } from './findings';
import { Gitops, gitopsFiles } from './gitops-files';
import { externalSecretsOf } from './external-secrets';
import { chosen } from './services';
import { UMBRELLA, umbrellaDefaults, umbrellaSchema } from './umbrella';
import { yaml } from './yaml';

/** What of a cloud is written. Default: all of it. */
export interface Part {
  readonly only?: 'manifests' | 'charts';
  /** Names of services. What is there of others stays. */
  readonly services?: readonly string[];
}

/** What a cloud is written as. */
export interface OutputOptions extends Part {
  /**
   * `files`: the Secrets in a folder of their own. `none`: nowhere. A store: an ExternalSecret makes the Secret that
   * `global.passwords.existingSecret` names. Default: `files`
   */
  readonly secrets?: 'files' | 'none' | SecretStore;
  /** For which tool more is written. Default: none */
  readonly gitops?: Gitops;
}

/** What a cloud is written as: bytes or text by path, each folder whole. */
export interface Output {
  /** One object a file, a folder a service; no Secret among them. */
  readonly manifests: ReadonlyMap<string, string>;
  /** The Secrets that the charts make, a file a service. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The charts, a folder each. */
  readonly charts: ReadonlyMap<string, string | Uint8Array>;
  /** The charts' packages and the repository's index. */
  readonly repository: ReadonlyMap<string, string | Uint8Array>;
  /** What points Argo CD at the manifests, or at the chart of all services. */
  readonly argocd: ReadonlyMap<string, string>;
  /** The same for Flux. */
  readonly flux: ReadonlyMap<string, string>;
  /** All objects in one text. */
  readonly yaml: string;
}

/**
 * Renders a cloud as what is written.
 *
 * @throws InvalidValues where its values are refused; Error where the options do not fit them
 */
export function outputOf(cloud: Cloud, options: OutputOptions = {}): Output {
  const { only, secrets = 'files', gitops } = options;
  const services = chosen(cloud.services, options.services);
  const objects = cloud.render();
  const external = typeof secrets === 'object' ? externalSecretsOf(cloud, secrets) : new Map<string, JsonMap>();
  const own =
    only === 'charts' ? [] : objects.filter(({ service }) => services.some(({ node }) => node.id === service));
  const isSecret = ({ object }: CloudObject): boolean => object['kind'] === 'Secret';
  const manifests = new Map([
    ...filesOf(own.filter((one) => !isSecret(one))),
    ...(only === 'charts' ? [] : [...external].map(([path, secret]) => [path, yaml(secret)] as const)),
  ]);
  const secretFiles = filesOf(secrets === 'files' ? own.filter(isSecret) : []);

  const charts = only === 'manifests' ? new Map<string, Chart>() : chartsOf(cloud, options.services && services);
  const packages = [...charts.values()].map((chart) => ({ chart: chart.metadata, bytes: chart.package }));
  const chartFolder = new Map(
    [...charts].flatMap(([name, { files }]) =>
      [...files].map(([path, content]): [string, string | Uint8Array] => [`${name}/${path}`, content]),
    ),
  );
  const folders = [...new Set([...manifests.keys()].map((path) => path.slice(0, path.indexOf('/'))))];
  const output: Output = {
    manifests: gitops?.tool === 'kustomize' ? kustomized(manifests, cloud) : manifests,
    secrets: gitops?.tool === 'kustomize' ? kustomized(secretFiles, cloud) : secretFiles,
    charts: chartFolder,
    repository: new Map<string, string | Uint8Array>([
      ...[...charts.values()].map((chart): [string, Uint8Array] => [chart.packageName, chart.package]),
      ...(only === 'manifests' ? [] : [['index.yaml', indexYaml(packages)] as const]),
    ]),
    argocd: gitops?.tool === 'argocd' ? gitopsFiles(cloud, gitops, options, folders, external) : new Map(),
    flux: gitops?.tool === 'flux' ? gitopsFiles(cloud, gitops, options, folders, external) : new Map(),
    yaml: [...manifests.values(), ...secretFiles.values()].join('---\n'),
  };
  assertNoToken([output.manifests, output.secrets, output.argocd, output.flux, chartFolder]);
  return output;
}

const filesOf = (objects: readonly CloudObject[]): Map<string, string> =>
  new Map(objects.map(({ service, name, object }) => [`${service}/${name}.yaml`, yaml(object)]));

/** With a kustomization in each folder. */
const kustomized = (files: ReadonlyMap<string, string>, { release }: Cloud): ReadonlyMap<string, string> =>
  new Map([
    ...files,
    ...[...kustomizationFiles(files.keys(), release.namespace)].map(([path, object]) => [path, yaml(object)] as const),
  ]);

/** What was written where, on one line; and what is to be said of the cloud's values. */
export function summaryOf(cloud: Cloud, { manifests, secrets, charts, argocd, flux }: Output): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  const objects = [...manifests.keys(), ...secrets.keys()].filter((path) => !path.endsWith('kustomization.yaml'));
  const services = cloud.services.filter(({ node }) => objects.some((path) => path.startsWith(`${node.id}/`)));
  const packages = [...charts.keys()].filter((path) => /^[^/]+\/Chart\.yaml$/.test(path));
  const written = [
    ...(objects.length > 0 ? [`${count(objects.length, 'object')} of ${count(services.length, 'service')}`] : []),
    ...(charts.size > 0 ? [count(packages.length, 'chart')] : []),
    ...(argocd.size > 0 ? [`${count(argocd.size, 'file')} for Argo CD`] : []),
    ...(flux.size > 0 ? [`${count(flux.size, 'file')} for Flux`] : []),
  ];
  const what = written.length === 0 ? 'nothing: no such service is enabled' : written.join(', ');
  return [`${cloud.outdir}: ${what}`, ...remarksOn(cloud.findings())].join('\n');
}

/**
 * The charts of a cloud by name: one a service, and the umbrella over them.
 *
 * @param some services, without the umbrella. Default: all
 */
export function chartsOf(cloud: Cloud, some?: readonly ServiceChart[]): ReadonlyMap<string, Chart> {
  const services = some ?? cloud.services;
  const charts = new Map(services.map((service) => [service.node.id, serviceChart(cloud, service)]));
  if (some) return charts;
  const names = services.map((service) => service.node.id);
  const umbrella = umbrellaFiles({
    name: UMBRELLA,
    charts,
    values: umbrellaDefaults(names),
    schema: umbrellaSchema(new Map(services.map((service) => [service.node.id, service.model]))),
    ...(services[0] && { model: services[0].model }),
  });
  return new Map([...charts, [UMBRELLA, umbrella]]);
}

function serviceChart(cloud: Cloud, service: ServiceChart): Chart {
  const { defaults } = service.model;
  const text = (value: Value<string>): string => textWith(value.expression, defaults, cloud.release);
  const guard = guardOf(service.node.id, service);
  const objects = cloud.templates(service).flatMap((template) => {
    const [kind, name] = [literalAt(template.root, ['kind']), literalAt(template.root, ['metadata', 'name'])];
    const guard = guardOf(service.node.id, template);
    return kind === undefined || name === undefined ? [] : [{ kind, name, ...(guard !== undefined && { guard }) }];
  });
  return chartFiles({
    name: service.node.id,
    info: service.info,
    model: service.model,
    templates: cloud.chartTemplates(service),
    images: [...service.images].map(([name, image]) => ({ name, image: text(image) })),
    appVersion: service.appVersion ? text(service.appVersion) : VERSION,
    passwords: service.passwordNames,
    objects,
    ...(guard !== undefined && { guard }),
  });
}

/** An expression that nobody has rendered is a bug of a construct. */
function assertNoToken(folders: readonly ReadonlyMap<string, string | Uint8Array>[]): void {
  for (const [path, text] of folders.flatMap((folder) => [...folder])) {
    if (typeof text === 'string' && hasToken(text))
      throw new Error(`${path}: a value was put into a text that is not rendered`);
  }
}
