import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readValues } from '../../lib/cloud';
import { cloudOf, required } from '../../test/support/clouds';
import { idOf } from '../../lib/diff/object';
import { readSide } from './read';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'diff-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string): string => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const render: Parameters<typeof readSide>[1] = (files) =>
  Promise.resolve(
    cloudOf({ values: files.map(readValues) })
      .render()
      .map(({ object: one }) => one),
  );
const names = async (side: string): Promise<string[]> => (await readSide(side, render)).map(idOf);
const object = (kind: string, name: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;

test('what synth wrote: its manifests and Secrets, and no charts', async () => {
  write('manifests/a/configmap.yaml', object('ConfigMap', 'a'));
  write('secrets/a/secret.yaml', object('Secret', 'a'));
  write('charts/a/templates/x.yaml', '{{ no YAML }}');
  expect(await names(folder)).toEqual(['ConfigMap/a', 'Secret/a']);
});

test('kustomizations are no objects', async () => {
  write('manifests/a/configmap.yaml', object('ConfigMap', 'a'));
  write('manifests/kustomization.yaml', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n');
  expect(await names(folder)).toEqual(['ConfigMap/a']);
});

test('a folder that is half old and half new', async () => {
  write('manifests/a/configmap.yaml', object('ConfigMap', 'a'));
  write('.replacing/plan.json', '{}');
  await expect(names(folder)).rejects.toMatchObject({
    message: `cannot read ${folder}: a run of synth was stopped while it put its folders there: run it again`,
  });
});

test('any folder or file of objects', async () => {
  const list = `---\n${object('ConfigMap', 'a')}---\n---\nkind: List\nitems: [{ apiVersion: v1, kind: Secret, metadata: { name: b } }]\n`;
  const file = write('some/list.yml', list);
  write('some/README.md', 'no YAML: {');
  expect(await names(file)).toEqual(['ConfigMap/a', 'Secret/b']);
  expect(await names(folder)).toEqual(['ConfigMap/a', 'Secret/b']);
});

test('cloud files are rendered', async () => {
  const [cloud, more] = [
    write('cloud.yaml', JSON.stringify(required)),
    write('more.yaml', 'keystone: { enabled: false }'),
  ];
  expect(await names(cloud)).toContain('Deployment/keystone-api');
  const both = await names(`${cloud},${more}`);
  expect(both).toContain('Deployment/nova-api');
  expect(both).not.toContain('Deployment/keystone-api');
});

test.each([
  ['', 'cannot read an empty text: there is no YAML in it'],
  ['nowhere.yaml', 'FOLDER/nowhere.yaml: cannot be read: there is no such file or folder (ENOENT)'],
  [
    'broken.yaml',
    'FOLDER/broken.yaml, line 1, column 18: not valid YAML (unexpected end of the stream within a flow collection)',
  ],
  ['alias.yaml', 'FOLDER/alias.yaml, line 1, column 12: not valid YAML (unidentified alias)'],
  ['tag.yaml', 'FOLDER/tag.yaml, line 1, column 11: not valid YAML (unknown scalar tag)'],
  ['text.yaml', 'FOLDER/text.yaml: found a text or a number, an object of Kubernetes is needed'],
  ['list.json', 'FOLDER/list.json: found a list, an object of Kubernetes is needed'],
  [
    'half.yaml',
    'FOLDER/half.yaml: an object of Kubernetes has apiVersion, kind and metadata.name; found one without apiVersion, metadata.name',
  ],
  ['empty', 'cannot read FOLDER/empty: there is no object in it'],
  ['twice', 'cannot read FOLDER/twice: it has Secret/a twice'],
  ['chart', 'cannot read FOLDER/chart: it is a chart: give what helm template makes of it'],
  [
    'broken.yaml,',
    'cannot read FOLDER/broken.yaml,: it has a comma too many: files are joined by one, as a.yaml,b.yaml',
  ],
  ['none', 'cannot read FOLDER/none: there is no YAML in it'],
])('%j cannot be read', async (name, message) => {
  write('broken.yaml', 'password: {secret');
  write('alias.yaml', 'password: *secret');
  write('tag.yaml', 'password: !secret');
  write('text.yaml', 'only text');
  write('list.json', '[]');
  write('empty/a.yaml', '---\n');
  for (const name of ['a', 'b']) write(`twice/${name}.yaml`, object('Secret', 'a'));
  write('half.yaml', 'kind: Secret');
  write('chart/Chart.yaml', 'name: a');
  write('none/README.md', '');
  const side = name === '' ? '' : join(folder, name);
  await expect(readSide(side, render)).rejects.toMatchObject({ message: message.replaceAll('FOLDER', folder) });
});
