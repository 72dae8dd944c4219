import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import { unified } from './lines';
import { KubernetesObject, asText, isOwnKind } from './object';

/** A field that differs: what it was and is, or the lines that differ in a long text; of a secret, only that it does. */
export interface Change {
  /** `spec.template.spec.containers[api].image`: an item of a list by its name, where each has one. */
  readonly path: string;
  readonly what: 'added' | 'removed' | 'changed';
  readonly before?: Json;
  readonly after?: Json;
  /** As `diff -u` writes it, with two lines of context. */
  readonly lines?: string;
  /** The value is not to be shown. */
  readonly secret?: true;
}

/** What differs between two states of an object, by path. */
export function changesOf(before: KubernetesObject, after: KubernetesObject): Change[] {
  const changes = differences(before, after);
  return isOwnKind(after, 'Secret') || isOwnKind(before, 'Secret') ? changes.map(hidden) : changes;
}

/** All of a Secret but what tells it from others: an annotation may hold a copy of the data. */
const SHOWN_OF_SECRETS = /^(metadata\.(labels|name|namespace)|type|immutable|apiVersion|kind)\b/;

function hidden(change: Change): Change {
  const { path, what } = change;
  return SHOWN_OF_SECRETS.test(path) ? change : { path, what, secret: true };
}

/** What differs between two values, in the order of the later one. */
export function differences(before: Json | undefined, after: Json | undefined, path = ''): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return leaves(after, path, 'added');
  if (after === undefined) return leaves(before, path, 'removed');
  if (isMap(before) && isMap(after)) return ofMaps(before, after, (key) => `${path}${step(path, key)}`);
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) {
    return [{ path, what: 'changed', lines: unified(before, after) }];
  }
  return [{ path, what: 'changed', before, after }];
}

/** A text of many lines is not shown whole. */
function leaves(value: Json | undefined, path: string, what: 'added' | 'removed'): Change[] {
  if (value === undefined) return [];
  if (isMap(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}${step(path, key)}`, what));
  }
  if (typeof value === 'string' && value.includes('\n')) {
    return [{ path, what, lines: what === 'added' ? unified('', value) : unified(value, '') }];
  }
  return [{ path, what, [what === 'added' ? 'after' : 'before']: value }];
}

const step = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `[${key}]`;
  return path === '' ? key : `.${key}`;
};

function ofMaps(before: JsonMap, after: JsonMap, pathOf: (key: string) => string): Change[] {
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  const own = (map: JsonMap, key: string): Json | undefined => (Object.hasOwn(map, key) ? map[key] : undefined);
  return [...keys].flatMap((key) => differences(own(before, key), own(after, key), pathOf(key)));
}

function ofLists(before: readonly Json[], after: readonly Json[], path: string): Change[] {
  const key = keyOfItems(before, after);
  if (key === undefined) return byIndex(before, after, path);
  const items = (list: readonly Json[]): JsonMap =>
    Object.fromEntries(list.map((item) => [asText((item as JsonMap)[key]), item]));
  const [old, fresh] = [items(before), items(after)];
  const changes = ofMaps(old, fresh, (name) => `${path}[${name}]`);
  const order = (one: JsonMap, other: JsonMap): string[] =>
    Object.keys(one).filter((name) => Object.hasOwn(other, name));
  const [was, is] = [order(old, fresh), order(fresh, old)];
  // The order of containers and variables counts.
  return isDeepStrictEqual(was, is) ? changes : [...changes, { path, what: 'changed', before: was, after: is }];
}

/** The field by which the items of two lists are told apart, if there is one. */
const keyOfItems = (before: readonly Json[], after: readonly Json[]): string | undefined =>
  ['name', 'mountPath'].find((field) => isKeyedBy(before, field) && isKeyedBy(after, field));

/** What an item of a list is compared with in another: by its name, or else by its place. */
export function counterpartOf(item: Json, list: readonly Json[], other: readonly Json[]): Json | undefined {
  const key = keyOfItems(list, other);
  if (key === undefined) return other[list.indexOf(item)];
  return other.find((one) => (one as JsonMap)[key] === (item as JsonMap)[key]);
}

const isKeyedBy = (list: readonly Json[], field: string): boolean => {
  const names = list.map((item) => (isMap(item) ? item[field] : undefined));
  // Names that look like numbers would not keep their order in a map.
  const isName = (name: Json | undefined): boolean => typeof name === 'string' && !/^\d+$/.test(name);
  return names.every(isName) && new Set(names).size === names.length;
};

function byIndex(before: readonly Json[], after: readonly Json[], path: string): Change[] {
  const simple = (list: readonly Json[]): boolean => list.every((item) => typeof item !== 'object');
  if (simple(before) && simple(after)) return [{ path, what: 'changed', before: [...before], after: [...after] }];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, i) =>
    differences(before[i], after[i], `${path}[${i}]`),
  ).flat();
}
