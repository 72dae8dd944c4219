import { dump } from 'js-yaml';
import { stringify } from 'yaml';
import type { Files } from '../render/helm';
import type { JsonMap } from '../values/expression';
import type { JsonSchema } from '../values/json-schema';
import type { Model } from '../values/model';
import { VERSION } from '../version';
import { notes, umbrellaNotes } from './notes';
import { chartReadme, umbrellaReadme } from './readme';
import { umbrellaValues, valuesYaml } from './values-yaml';

/** Native sidecars and the label of a Job's uid are on by default from here. */
const KUBE_VERSION = '>=1.29.0-0';

/** The data of Chart.yaml. */
export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly [key: string]: unknown;
}

export interface Chart {
  readonly metadata: ChartMetadata;
  readonly description: string;
  readonly files: Files;
}

/** What Chart.yaml says of a service. */
export interface ChartSource {
  readonly name: string;
  readonly info: { readonly description: string; readonly home: string; readonly sources: readonly string[] };
  readonly model: Model;
  /** The `templates/` folder. */
  readonly templates: Files;
  /** The chart's images with default values. */
  readonly images: readonly { readonly name: string; readonly image: string }[];
  /** The OpenStack release that it deploys by default. */
  readonly appVersion: string;
  /** The chart's objects, for the notes. */
  readonly objects: readonly { readonly kind: string; readonly name: string }[];
}

/** The files of a service's chart. */
export function chartFiles(source: ChartSource): Chart {
  const { name, info, model, templates, images, appVersion, objects } = source;
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
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...model.jsonSchema };
  const files = new Map([
    ['Chart.yaml', stringify(metadata, { lineWidth: 0 })],
    ['README.md', chartReadme(metadata, model)],
    ['values.yaml', valuesYaml(model, info.description)],
    ['values.schema.json', `${JSON.stringify(schema)}\n`],
    ['templates/NOTES.txt', notes(name, objects)],
    ...templates,
  ]);
  return { metadata, description: info.description, files };
}

export interface UmbrellaSource {
  readonly name: string;
  readonly charts: ReadonlyMap<string, Chart>;
  readonly values: JsonMap;
  readonly schema: JsonSchema;
}

/** The files of the chart that has all services as its subcharts. */
export function umbrellaFiles({ name, charts, values, schema }: UmbrellaSource): Chart {
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
  const subcharts = [...charts].flatMap(([service, { files }]) =>
    [...files].map(([path, text]): [string, string] => [`charts/${service}/${path}`, text]),
  );
  const files = new Map([
    ['Chart.yaml', stringify(metadata, { lineWidth: 0 })],
    ['README.md', umbrellaReadme(metadata, charts)],
    ['values.yaml', umbrellaValues(values, charts)],
    ['values.schema.json', `${JSON.stringify(schema)}\n`],
    ['templates/NOTES.txt', umbrellaNotes()],
    ...subcharts,
  ]);
  return { metadata, description, files };
}
