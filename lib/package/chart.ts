import { dump } from 'js-yaml';
import { stringify } from 'yaml';
import type { Files } from '../render/helm';
import type { JsonMap } from '../values/expression';
import type { JsonSchema } from '../values/json-schema';
import type { Model } from '../values/model';
import { VERSION } from '../version';
import { ChartFiles, packChart } from './archive';
import { NotedObject, notes, umbrellaNotes } from './notes';
import { chartReadme, umbrellaReadme } from './readme';
import { schemaJson } from './schema';
import { umbrellaValues, valuesYaml } from './values-yaml';

/** From here on a pod says with a field whether AppArmor confines it; 1.29 has native sidecars and the label of a Job's uid. */
const KUBE_VERSION = '>=1.30.0-0';

/** The data of Chart.yaml. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  /** One line, as `helm search` shows it. */
  readonly description: string;
  readonly [key: string]: unknown;
}

/** A chart: what it says of itself, its files, and its package. */
export class Chart {
  private packed?: Uint8Array;

  constructor(
    readonly metadata: ChartMetadata,
    readonly files: ChartFiles,
  ) {}

  /** The bytes of its package, made once. */
  get package(): Uint8Array {
    return (this.packed ??= packChart(this.metadata.name, this.files));
  }

  /** The package's file name, as `helm package` gives it. */
  get packageName(): string {
    return `${this.metadata.name}-${this.metadata.version}.tgz`;
  }
}

/** What Chart.yaml says of a service. */
export interface ChartSource {
  readonly name: string;
  readonly info: {
    readonly description: string;
    readonly home: string;
    readonly sources: readonly string[];
    readonly use?: { readonly [object: string]: string };
  };
  readonly model: Model;
  /** The `templates/` folder. */
  readonly templates: Files;
  /** The chart's images with default values. */
  readonly images: readonly { readonly name: string; readonly image: string }[];
  /** The OpenStack release that it deploys by default. */
  readonly appVersion: string;
  /** Names of the passwords that the chart needs. */
  readonly passwords: readonly string[];
  /** The chart's objects, for the notes. */
  readonly objects: readonly NotedObject[];
  /** The chart has objects only if this condition of a template holds. */
  readonly guard?: string;
}

/** A service's chart. */
export function chartFiles(source: ChartSource): Chart {
  const { name, info, model, templates, images, appVersion, passwords, objects, guard } = source;
  const metadata: ChartMetadata = {
    apiVersion: 'v2',
    name,
    version: VERSION,
    appVersion,
    kubeVersion: KUBE_VERSION,
    type: 'application',
    description: info.description,
    home: info.home,
    sources: info.sources,
    keywords: ['openstack', 'kolla', name],
    annotations: {
      'artifacthub.io/images': dump(images, { lineWidth: -1 }),
      'artifacthub.io/license': 'Apache-2.0',
    },
  };
  const files = new Map([
    ['Chart.yaml', stringify(metadata, { lineWidth: 0 })],
    ['README.md', chartReadme(metadata, model, passwords)],
    ['values.yaml', valuesYaml(model, info.description)],
    ['values.schema.json', schemaJson(model.chartSchema)],
    ['templates/NOTES.txt', notes(name, objects, info.use, guard)],
    ...templates,
  ]);
  return new Chart(metadata, files);
}

export interface UmbrellaSource {
  readonly name: string;
  readonly charts: ReadonlyMap<string, Chart>;
  readonly values: JsonMap;
  readonly schema: JsonSchema;
  /** That of any service, for what all share. */
  readonly model?: Model;
}

/** The chart that has all services as its subcharts. */
export function umbrellaFiles({ name, charts, values, schema, model }: UmbrellaSource): Chart {
  const description = 'OpenStack from Kolla images: all services, each switched on or off';
  const [first] = charts.values();
  const metadata: ChartMetadata = {
    apiVersion: 'v2',
    name,
    version: VERSION,
    appVersion: first?.metadata['appVersion'] ?? VERSION,
    kubeVersion: KUBE_VERSION,
    type: 'application',
    description,
    home: 'https://github.com/kolla-cdk8s/kolla-cdk8s',
    sources: ['https://opendev.org/openstack/kolla'],
    keywords: ['openstack', 'kolla'],
    annotations: { 'artifacthub.io/license': 'Apache-2.0' },
    dependencies: [...charts.values()].map(({ metadata: { name: service, version } }) => ({
      name: service,
      version,
      repository: '',
      condition: `${service}.enabled`,
    })),
  };
  const subcharts = [...charts.values()].map((chart) => [`charts/${chart.packageName}`, chart.package] as const);
  const files = new Map<string, string | Uint8Array>([
    ['Chart.yaml', stringify(metadata, { lineWidth: 0 })],
    ['README.md', umbrellaReadme(metadata, charts, model)],
    ['values.yaml', umbrellaValues(values, charts)],
    ['values.schema.json', schemaJson(schema)],
    ['templates/NOTES.txt', umbrellaNotes()],
    ...subcharts,
  ]);
  return new Chart(metadata, files);
}
