import { DEFAULT_SCALAR_STYLE_RULES, SCALAR_STYLE, dump } from 'js-yaml';
import type { ScalarStyleRule } from 'js-yaml';
import { Chart, chartFiles, indexYaml, umbrellaFiles } from '../package';
import { guardOf } from '../render/helm';
import { textWith } from '../render/plain';
import { ServiceChart } from '../kubernetes/service-chart';
import { JsonMap } from '../values/expression';
import { literalAt } from '../values/tree';
import { Value, hasToken } from '../values/value';
import { VERSION } from '../version';
import type { Cloud, CloudObject } from './cloud';
import { remarksOn } from './findings';
import { UMBRELLA, umbrellaDefaults, umbrellaSchema } from './umbrella';

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
  /** All objects in one text. */
  readonly yaml: string;
}

/** Text that Go's YAML parser takes for a number and the printer does not: digits with `_` between. */
const LOOKS_LIKE_NUMBER = /^[-+.\d][\d_.eE+-]*_[\d_.eE+-]*$/;

const quoteNumbers: ScalarStyleRule = (layout) => {
  if (layout.style === SCALAR_STYLE.PLAIN && LOOKS_LIKE_NUMBER.test(layout.node.value)) {
    layout.style = SCALAR_STYLE.SINGLE_QUOTED;
  }
};
const scalarStyleRules = [...Object.values(DEFAULT_SCALAR_STYLE_RULES), quoteNumbers];

/** YAML as a person would write it, and any parser reads it. */
export const yaml = (object: JsonMap): string =>
  dump(object, { lineWidth: -1, noRefs: true, seqNoIndent: true, scalarStyleRules });

/** Renders a cloud as what is written. */
export function outputOf(cloud: Cloud): Output {
  const objects = cloud.render();
  const filesOf = (some: readonly CloudObject[]): Map<string, string> =>
    new Map(some.map(({ service, name, object }) => [`${service}/${name}.yaml`, yaml(object)]));
  const manifests = filesOf(objects.filter(({ object }) => object['kind'] !== 'Secret'));
  const secrets = filesOf(objects.filter(({ object }) => object['kind'] === 'Secret'));

  const charts = chartsOf(cloud);
  const repository = new Map<string, string | Uint8Array>(
    [...charts.values()].map((chart) => [chart.packageName, chart.package]),
  );
  repository.set(
    'index.yaml',
    indexYaml([...charts.values()].map((chart) => ({ chart: chart.metadata, bytes: chart.package }))),
  );
  const chartFolder = new Map<string, string | Uint8Array>();
  for (const [name, { files }] of charts) {
    for (const [path, content] of files) chartFolder.set(`${name}/${path}`, content);
  }
  const output = {
    manifests,
    secrets,
    charts: chartFolder,
    repository,
    yaml: [...manifests.values(), ...secrets.values()].join('---\n'),
  };
  assertNoToken([manifests, secrets, chartFolder]);
  return output;
}

/** What was written where, on one line. */
export function summaryOf(cloud: Cloud, { manifests, secrets }: Output): string {
  const objects = manifests.size + secrets.size;
  const written = `${cloud.outdir}: ${objects} objects of ${cloud.services.length} services, and their charts`;
  return [written, ...remarksOn(cloud.findings())].join('\n');
}

/** The charts of a cloud by name: one a service, and the umbrella over them. */
export function chartsOf(cloud: Cloud): ReadonlyMap<string, Chart> {
  const services = cloud.services;
  const charts = new Map(services.map((service) => [service.node.id, serviceChart(cloud, service)]));
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
