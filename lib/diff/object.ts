import type { Json, JsonMap } from '../values/expression';
import { isMap, valueAt } from '../values/merge';

/** An object as it is sent to the API server. */
export type KubernetesObject = JsonMap;

/** What stands at a path of maps and list indexes, if anything does. */
export const at = (value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined =>
  valueAt(value, path);

export const textAt = (value: Json | undefined, ...path: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
};

export const numberAt = (value: Json | undefined, ...path: readonly (string | number)[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
};

/** An empty map where there is none. */
export const mapAt = (value: Json | undefined, ...path: readonly (string | number)[]): JsonMap => {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
};

/** An empty list where there is none. */
export const listAt = (value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

export const kindOf = (object: KubernetesObject): string => textAt(object, 'kind') ?? '';
export const nameOf = (object: KubernetesObject): string => textAt(object, 'metadata', 'name') ?? '';

/** What names an object to a reader: `Deployment/keystone-api`, with the namespace before it where one is written. */
export function idOf(object: KubernetesObject): string {
  const namespace = textAt(object, 'metadata', 'namespace');
  return `${namespace === undefined ? '' : `${namespace}/`}${kindOf(object)}/${nameOf(object)}`;
}

/** What the API server knows an object by: its group too, but not the group's version. */
export function keyOf(object: KubernetesObject): string {
  const group = /^(.*)\//.exec(textAt(object, 'apiVersion') ?? '')?.[1] ?? '';
  return `${idOf(object)} ${group}`;
}

/** What an object is known by in its namespace, which need not be written. */
export const keyWithin = (object: KubernetesObject): string => keyOf({ ...object, metadata: { name: nameOf(object) } });

/** The group of the kinds that Kubernetes itself has; operators' kinds may have the same names. */
const OWN_GROUP = /^(v1|(apps|batch|policy)\/\S+|[a-z.]+\.k8s\.io\/\S+)$/;

/** Whether an object is of a kind that Kubernetes itself has. */
export const isOwnKind = (object: KubernetesObject, ...kinds: readonly string[]): boolean =>
  kinds.includes(kindOf(object)) && OWN_GROUP.test(textAt(object, 'apiVersion') ?? '');

/** An object that both sides have. */
export interface Pair {
  readonly id: string;
  readonly before: KubernetesObject;
  readonly after: KubernetesObject;
}

/** Two lists of objects, by what each side has; each list in the order of ids. */
export interface Paired {
  readonly added: readonly KubernetesObject[];
  readonly removed: readonly KubernetesObject[];
  readonly kept: readonly Pair[];
}

/** @throws Error where a list has an object twice */
export function pair(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): Paired {
  const [old, fresh] = [byKey(before), byKey(after)];
  const kept = [...fresh].flatMap(([key, object]) => {
    const other = old.get(key);
    return other === undefined ? [] : [{ id: idOf(object), before: other, after: object }];
  });
  return {
    added: [...fresh].filter(([key]) => !old.has(key)).map(([, object]) => object),
    removed: [...old].filter(([key]) => !fresh.has(key)).map(([, object]) => object),
    kept,
  };
}

function byKey(objects: readonly KubernetesObject[]): Map<string, KubernetesObject> {
  const found = new Map<string, KubernetesObject>();
  for (const object of objects) {
    const key = keyOf(object);
    if (found.has(key)) throw new Error(`${idOf(object)} is there twice`);
    found.set(key, object);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The template of the pods that an object makes, if it makes any. */
export function podTemplateOf(object: KubernetesObject): JsonMap | undefined {
  const template = at(object, 'spec', 'jobTemplate', 'spec', 'template') ?? at(object, 'spec', 'template');
  return isMap(template) ? template : undefined;
}

/** A text as it is, anything else as JSON. Nothing is an empty text. */
export const asText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
