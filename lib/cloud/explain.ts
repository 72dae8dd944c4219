import { ServiceChart } from '../kubernetes/service-chart';
import { Expression, Ini, walk } from '../values/expression';
import { Template, walkTemplate } from '../values/tree';
import type { Cloud } from './cloud';
import type { Place, Said } from './place';
import { topOf } from './places';
import { ValueUse, usesOf } from './uses';
import { isAny, placeAt, readPath, writtenPath } from './value-path';

/** What a chart asks of a value beyond its type. */
export interface Asked {
  readonly service: string;
  /** What is said where it does not hold. */
  readonly message: string;
}

/** How a chart itself sets an option of a config file. */
export interface ChartSetting {
  readonly service: string;
  /** The texts that are known beforehand. */
  readonly texts: readonly string[];
  /** The values that it is made of. */
  readonly values: readonly string[];
}

/** All that is known of a value of a cloud file. */
export interface Explanation extends Said {
  /** Empty at the top of the file. */
  readonly path: string;
  /** The config file whose option it is: `keystone/keystone.conf`. */
  readonly file?: string;
  readonly usedBy: readonly (ValueUse & { readonly service: string })[];
  readonly asked: readonly Asked[];
  /** Of an option of a config file that charts set: yours goes over theirs. */
  readonly setByCharts: readonly ChartSetting[];
}

/**
 * Explains a value of a cloud file, an option of a service's config file, or a level of them.
 *
 * @param path `keystone.api.replicas`; empty: the top of the file
 * @throws Error with the nearest name and what there is, where nothing has that path
 */
export function explain(cloud: Cloud, path: string): Explanation {
  const place = placeAt(topOf(cloud), readPath(path));
  const users = usersOf(cloud, place.path);
  return {
    path: writtenPath(place.path),
    ...(place.file !== undefined && { file: place.file }),
    ...place.said(),
    usedBy: users.flatMap(({ service, templates, path: own }) =>
      usesOf(templates, own).map((use) => ({ service: service.node.id, ...use })),
    ),
    asked: users.flatMap(({ service, path: own }) => askedBy(service, own)),
    setByCharts: users.flatMap(({ service, templates, path: own }) => settingOf(service, templates, own, place)),
  };
}

interface User {
  readonly service: ServiceChart;
  readonly templates: readonly Template[];
  /** Where the service's own chart has the value. */
  readonly path: readonly string[];
}

/** The services whose charts have a value: all of them, if it is in `global`. */
function usersOf(cloud: Cloud, [block, ...path]: readonly string[]): User[] {
  if (block === undefined) return [];
  const user = (service: ServiceChart, own: readonly string[]): User => ({
    service,
    templates: cloud.templates(service),
    path: own,
  });
  if (block === 'global') return cloud.services.map((service) => user(service, ['global', ...path]));
  return cloud.services.filter(({ node }) => node.id === block).map((service) => user(service, path));
}

const askedBy = (service: ServiceChart, path: readonly string[]): Asked[] =>
  service.requirements
    .filter((asked) => isSame(asked.path, path))
    .map(({ message }) => ({ service: service.node.id, message }));

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((key, i) => key === other[i] || isAny(key) || isAny(other[i]!));

/** What the constructs set an option to, in any file that takes it. */
function settingOf(
  service: ServiceChart,
  templates: readonly Template[],
  path: readonly string[],
  { file }: Place,
): ChartSetting[] {
  // `conf`, the file, the section, the option.
  if (file === undefined || path.length < 4) return [];
  const [section, option] = path.slice(-2);
  const values = inis(templates)
    .filter(({ overrides }) => overrides.some((map) => takesFrom(map, path.slice(0, -2))))
    .flatMap(({ sections }) => sections.filter(({ name }) => name === section))
    .flatMap(({ options }) => options.filter(({ name }) => name === option))
    .flatMap((one) => [...one.values, ...(one.test ? [one.test] : [])]);
  if (values.length === 0) return [];
  const texts = values.flatMap((value) => (value.op === 'literal' ? [String(value.value)] : []));
  const named = new Set(values.flatMap(valuesIn(service.node.id)));
  return [{ service: service.node.id, texts: [...new Set(texts)], values: [...named].sort() }];
}

function inis(templates: readonly Template[]): Ini[] {
  const found = new Set<Ini>();
  const walked = new Set<Expression>();
  for (const template of templates) walkTemplate(template, (e) => e.op === 'ini' && found.add(e), walked);
  return [...found];
}

const takesFrom = (map: Expression, path: readonly string[]): boolean =>
  map.op === 'without' ? takesFrom(map.argument, path) : map.op === 'reference' && isSame(map.path, path);

const valuesIn =
  (service: string) =>
  (value: Expression): string[] => {
    const paths: string[] = [];
    walk(value, (e) => {
      if (e.op === 'reference' && e.root === 'Values')
        paths.push(writtenPath(e.path[0] === 'global' ? e.path : [service, ...e.path]));
    });
    return paths;
  };
