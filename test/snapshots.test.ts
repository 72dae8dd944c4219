import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UMBRELLA, chartsOf } from '../lib/cloud';
import { yaml } from '../lib/cloud/yaml';
import type { JsonMap } from '../lib/values/expression';
import { helms } from '../tools/toolchain';
import { folderOf } from './support/batch';
import { cloudOf } from './support/clouds';
import { helmTemplate, parseObjects } from './support/helm';
import { passwords } from './support/passwords';
import { profiles } from './support/profiles';
import { snapshotsIn } from './support/to-match-yaml';

/**
 * What a review reads: the objects of each service as they reach a cluster, a file for each profile. The plain
 * rendering and both Helms must give the same text. `npm test -- -u` writes the files anew.
 */
snapshotsIn(join(__dirname, '..', '__snapshots__'));

const chart = folderOf(chartsOf(cloudOf()).get(UMBRELLA)!.files);

describe.each(Object.entries(profiles))('%s:', (profile, layers) => {
  const values = [...layers, passwords];
  const objects = cloudOf({ values }).render(undefined, { tests: true });
  const services = [...new Set(objects.map(({ service }) => service))];
  const plain = (service: string) => objects.filter((o) => o.service === service).map(({ object }) => object);

  test.each(services)(`%s.${profile}.yaml from the plain rendering`, (service) => {
    expect(text(plain(service))).toMatchYaml(`${service}.${profile}`);
  });

  describe.each(helms())('helm $version:', ({ path: helm }) => {
    let rendered: JsonMap[] = [];
    beforeAll(() => {
      const files = values.map((layer) => folderOf([['values.json', JSON.stringify(layer)]]));
      const args = files.flatMap((folder) => ['--values', join(folder, 'values.json')]);
      rendered = parseObjects(helmTemplate(chart, { helm, release: UMBRELLA, namespace: UMBRELLA, args })) as JsonMap[];
    });

    test.each(services)(`%s.${profile}.yaml from Helm`, (service) => {
      expect(text(rendered.filter((object) => serviceOf(object) === service))).toMatchYaml(`${service}.${profile}`);
    });

    test('no object of another service', () => {
      expect(new Set(rendered.map(serviceOf))).toEqual(new Set(services));
    });
  });
});

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: { readonly [label: string]: string } };
  readonly data?: { readonly [key: string]: string };
}

const read = (object: JsonMap) => object as JsonMap & KubernetesObject;
const serviceOf = (object: JsonMap): string | undefined => read(object).metadata.labels?.['app.kubernetes.io/name'];

/** Objects as one text, by kind and name: Helm has an order of its own. */
function text(objects: readonly JsonMap[]): string {
  const key = (object: JsonMap): string => `${read(object).kind} ${read(object).metadata.name}`;
  return [...objects]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map((object) => yaml(withoutPrograms(object)))
    .join('---\n');
}

/**
 * A digest stands for each program, in a ConfigMap or in a pod of `helm test`: programs are reviewed where they are written, and in full they would be most of
 * each snapshot. A change still shows, for it makes the pods roll.
 */
function withoutPrograms(object: JsonMap): JsonMap {
  const { kind, data } = read(object);
  const digest = (program: string): string =>
    `sha256:${createHash('sha256').update(program).digest('hex').slice(0, 16)}`;
  if (kind === 'Pod') {
    const inCommand = (_: string, value: unknown): unknown =>
      Array.isArray(value) && value[1] === '-c' ? [...value.slice(0, 2), digest(String(value[2]))] : value;
    return JSON.parse(JSON.stringify(object), inCommand) as JsonMap;
  }
  if (kind !== 'ConfigMap' || data === undefined) return object;
  const shown = Object.entries(data).map(([name, content]) => [name, name.endsWith('.py') ? digest(content) : content]);
  return { ...object, data: Object.fromEntries(shown) as JsonMap };
}
