import type { Chart } from './chart';
import { Document, Pair, Scalar, YAMLMap, isMap, isPair, isScalar, stringify } from 'yaml';
import type { JsonMap } from '../values/expression';
import { JsonSchema, isClosed } from '../values/json-schema';
import type { Model } from '../values/model';
import { expected } from '../values/problem';
import { VERSION } from '../version';

/** More optional values than this are not listed one by one: passwords, of which there are over a hundred. */
const LISTED = 12;

/** `values.yaml`: the defaults, each with its help; values that may be left out as comments. */
export function valuesYaml(model: Model, title: string): string {
  const document = new Document(model.defaults, { version: '1.1' });
  if (isMap(document.contents)) annotate(document.contents, model.jsonSchema);
  document.commentBefore = [
    ` ${title}`,
    ' Every value can be set in a file (-f) or on the command line (--set).',
    ' `<<: {}` is nothing: it may stay, as the first line, where values below it are set.',
  ].join('\n');
  return document.toString({ lineWidth: 0 });
}

/** `values.yaml` of the umbrella: which services there are. */
export function umbrellaValues(values: JsonMap, charts: ReadonlyMap<string, Chart>): string {
  const document = new Document(values, { version: '1.1' });
  document.commentBefore = [
    ' Each service has a block of its name. What can be set in it, and in `global`, is in the values of its own chart:',
    ` helm show values charts/<service>-${VERSION}.tgz, in the folder of this chart.`,
  ].join('\n');
  if (isMap(document.contents)) {
    for (const { key } of document.contents.items) {
      if (!isScalar(key)) continue;
      const chart = charts.get(String(key.value));
      key.commentBefore = chart
        ? ` ${chart.metadata.description}`
        : ' What all services share: passwords, addresses, images, placement.';
      // The first one has its empty line from the comment above.
      key.spaceBefore = key !== document.contents.items[0]?.key;
    }
  }
  return document.toString({ lineWidth: 0 });
}

function annotate(map: YAMLMap, schema: JsonSchema): void {
  if (!isClosed(schema)) return;
  const properties = schema.properties ?? {};
  map.items.forEach((pair, i) => {
    if (!isPair(pair) || !isScalar(pair.key)) return;
    const child = properties[String(pair.key.value)];
    if (!child) return;
    if (child.description) pair.key.commentBefore = comment(child.description);
    if (i > 0 && (child.description || isMap(pair.value))) pair.key.spaceBefore = true;
    if (isMap(pair.value)) annotate(pair.value, child);
  });
  const present = new Set(map.items.map((pair) => String((pair.key as Scalar).value)));
  const optional = Object.entries(properties).filter(([key]) => !present.has(key));
  if (optional.length === 0) return;
  const lines =
    optional.length > LISTED ? manyLines(optional) : optional.flatMap(([key, child]) => optionalLines(key, child));
  // With `{}` here, a line below it could not be uncommented. Merging nothing is the same, and stays valid above one.
  if (map.items.length === 0) map.items.push(nothing());
  map.comment = lines.join('\n');
}

/** `<<: {}` */
const nothing = (): Pair<Scalar, YAMLMap> => new Pair(new Scalar('<<'), new YAMLMap());

function optionalLines(key: string, child: JsonSchema): string[] {
  // A text even when the line is uncommented as it is; it is refused then, and told what is allowed.
  const allowed = stringify(`(${expected(child)})`, { lineWidth: 0 }).trim();
  return [...(child.description ? comment(child.description).split('\n') : []), ` ${key}: ${allowed}`];
}

const manyLines = (optional: readonly [string, JsonSchema][]): string[] => {
  const described = optional.filter(([, child]) => child.description);
  return [
    ...described.flatMap(([key, child]) => optionalLines(key, child)),
    ` Also ${optional.length - described.length} names such as ${optional.at(-1)?.[0]}; the README says which this chart reads.`,
  ];
};

const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
