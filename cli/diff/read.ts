import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { YAMLException, loadAll } from 'js-yaml';
import { isUnfinished } from '../../lib/cloud';
import { KubernetesObject, idOf, keyOf } from '../../lib/diff';
import type { Json } from '../../lib/values/expression';
import { isMap } from '../../lib/values/merge';

/** The objects that a cloud's values files make, the later over the earlier. */
type Render = (files: readonly string[]) => Promise<KubernetesObject[]>;

/**
 * The objects of one side: of a folder that `synth` wrote, of any folder or file of Kubernetes YAML, or those that a
 * cloud's values files, joined by commas, are rendered to.
 *
 * @throws Error that names the side, where it cannot be read
 */
export async function readSide(side: string, render: Render): Promise<KubernetesObject[]> {
  try {
    const files = existsSync(side) ? filesOf(side) : side.split(',');
    if (files.length === 0 || side === '') throw new Error('there is no YAML in it');
    if (files.includes('')) throw new Error('it has a comma too many: files are joined by one, as a.yaml,b.yaml');
    if (!existsSync(side) || (files[0] === side && isCloudFile(side))) return await render(files);
    return unique(files.flatMap((file) => objectsIn(file)));
  } catch (error) {
    const { message } = error as Error;
    const named = side !== '' && [`${side}: `, `${side}, line `].some((start) => message.startsWith(start));
    throw new Error(named ? message : `cannot read ${side === '' ? 'an empty text' : side}: ${message}`, {
      cause: error,
    });
  }
}

/** The YAML files of a folder, sorted. Of what `synth` wrote, the objects; charts hold templates. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  if (isUnfinished(path)) throw new Error('a run of synth was stopped while it put its folders there: run it again');
  const synthesized = ['manifests', 'secrets'].map((name) => join(path, name)).filter((folder) => existsSync(folder));
  if (existsSync(join(path, 'manifests'))) return synthesized.flatMap(yamlIn);
  if (existsSync(join(path, 'Chart.yaml'))) throw new Error('it is a chart: give what helm template makes of it');
  return yamlIn(path);
}

const yamlIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/.test(name) && !/(^|[/\\])\./.test(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();

function isCloudFile(file: string): boolean {
  const [first] = documentsIn(file);
  return isMap(first) && !('apiVersion' in first) && !('kind' in first);
}

function documentsIn(file: string): Json[] {
  const text = readFileSync(file, 'utf8');
  try {
    // An empty document is what a template that makes nothing leaves.
    return (loadAll(text) as Json[]).filter((document) => document !== null && (document as unknown) !== undefined);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // Without the line itself, and what the parser quotes of it: it may hold a password.
    const { line = 0, column = 0 } = error.mark ?? {};
    const problem = error.reason.replace(/ *["!<].*$/su, '');
    throw new Error(`${file}, line ${line + 1}, column ${column + 1}: not valid YAML (${problem})`);
  }
}

const objectsIn = (file: string): KubernetesObject[] =>
  documentsIn(file).flatMap((document) => membersOf(document, file));

/** A `List` is its items. */
function membersOf(document: Json, file: string): KubernetesObject[] {
  if (!isMap(document))
    throw new Error(
      `${file}: found a ${Array.isArray(document) ? 'list' : 'text or a number'}, an object of Kubernetes is needed`,
    );
  const { apiVersion, kind, metadata, items } = document;
  // What stands beside objects for kustomize is none.
  if (typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/')) return [];
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item) => membersOf(item, file));
  }
  const name = isMap(metadata) ? metadata['name'] : undefined;
  const lacking = Object.entries({ apiVersion, kind, 'metadata.name': name }).filter(
    ([, text]) => typeof text !== 'string',
  );
  if (lacking.length > 0) {
    const without = lacking.map(([field]) => field).join(', ');
    throw new Error(
      `${file}: an object of Kubernetes has apiVersion, kind and metadata.name; found one without ${without}`,
    );
  }
  return [document];
}

function unique(objects: KubernetesObject[]): KubernetesObject[] {
  if (objects.length === 0) throw new Error('there is no object in it');
  const keys = objects.map(keyOf);
  const twice = objects.find((object, i) => keys.indexOf(keyOf(object)) < i);
  if (twice !== undefined) throw new Error(`it has ${idOf(twice)} twice`);
  return objects;
}
