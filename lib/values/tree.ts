import { Expression, Loop, Test, childrenOf, sourcesOf } from './expression';
import { describe, expressionOf, isEach, isValue, isWhen, spreadOf } from './value';

/** A document with expressions in it: what both renderers read. */
export type Node = ValueNode | MapNode | ListNode | WhenNode | EachNode;

export interface ValueNode {
  readonly node: 'value';
  readonly expression: Expression;
}
export interface MapNode {
  readonly node: 'map';
  readonly entries: readonly Entry[];
}
export interface ListNode {
  readonly node: 'list';
  readonly items: readonly Node[];
}
/** There only if the test holds; otherwise the other branch, or nothing. */
export interface WhenNode {
  readonly node: 'when';
  readonly test: Expression;
  readonly then: Node;
  readonly otherwise?: Node;
}
/** Some items of a list. */
export interface EachNode {
  readonly node: 'each';
  readonly loop: Loop;
  readonly body: Node;
}

/** One key of a map, or all keys of a map value but those written out. */
export type Entry = { readonly key: string; readonly value: Node } | { readonly spread: Expression };

/** One object of a chart. */
export interface Template {
  /** Unique in the chart: `deployment-api`. Names its file. */
  readonly name: string;
  /** Where it was declared, for messages: the construct's path. */
  readonly origin: string;
  /** There is one object for each round. The guard and the object see its variables. */
  readonly loop?: Loop;
  /** The object is there only if this holds. */
  readonly guard?: Expression;
  readonly root: MapNode;
  /** Secrets may stand in its data. */
  readonly secret: boolean;
  /** Only `helm test` makes it. Default: false. */
  readonly test?: boolean;
}

/**
 * Reads what a construct was given: literals, values, conditions, loops, maps and lists of them.
 *
 * @throws Error where a part is none of these, with its path
 */
export function treeOf(x: unknown, path: readonly string[] = []): Node {
  if (isWhen(x)) {
    const otherwise = x.otherwise === undefined ? undefined : treeOf(x.otherwise, path);
    return { node: 'when', test: x.test, then: treeOf(x.then, path), ...(otherwise && { otherwise }) };
  }
  if (isEach(x)) return { node: 'each', loop: x.loop, body: bodyOf(treeOf(x.body, [...path, '*']), path) };
  if (isValue(x) || typeof x === 'string' || typeof x === 'number' || typeof x === 'boolean') {
    return { node: 'value', expression: expressionOf(x) };
  }
  if (Array.isArray(x)) return { node: 'list', items: x.map((item, i) => treeOf(item, [...path, String(i)])) };
  if (typeof x !== 'object' || x === null) {
    throw new Error(`${path.join('.')}: ${String(x)} is no part of a manifest; leave the key out, or use when()`);
  }
  const keys = Object.keys(x).filter((key) => !spreadOf(key) && Reflect.get(x, key) !== undefined);
  const spreads = Object.keys(x).flatMap((key) => spreadOf(key) ?? []);
  if (spreads.length > 1) {
    const maps = spreads.map(describe).join(' and ');
    throw new Error(`${path.join('.')}: ${maps} could hold the same key; spread one map, and write out the other keys`);
  }
  return {
    node: 'map',
    entries: [
      ...keys.map((key) => ({ key, value: entryOf(treeOf(Reflect.get(x, key), [...path, key]), [...path, key]) })),
      ...spreads.map((spread) => ({ spread: without(spread, keys) })),
    ],
  };
}

const without = (argument: Expression, keys: readonly string[]): Expression =>
  keys.length === 0 ? argument : { op: 'without', kind: 'map', argument, keys };

/** A loop's body always gives an item, so that a list is empty exactly when its loops are. */
function bodyOf(body: Node, path: readonly string[]): Node {
  if (body.node !== 'each' && isAlways(presenceOf(body))) return body;
  throw new Error(
    `${path.join('.')}: a loop's item must always be there, and this one may be missing or left empty; ` +
      'give it a key that is always there',
  );
}

function entryOf(value: Node, path: readonly string[]): Node {
  if (value.node !== 'each') return value;
  throw new Error(`${path.join('.')}: a loop gives list items, so it stands inside [ ]`);
}

const NEVER: Expression = { op: 'literal', kind: 'boolean', value: false };
export const ALWAYS: Expression = { op: 'literal', kind: 'boolean', value: true };

/** What `presenceOf` has found: both renderers ask it at every level of a tree. */
const presences = new WeakMap<Node, Expression>();

/**
 * When a node is there: a container left empty by its values goes with its key. Both renderers ask this, so they
 * agree by construction.
 */
export function presenceOf(node: Node): Expression {
  let presence = presences.get(node);
  if (presence === undefined) {
    presence = findPresence(node);
    presences.set(node, presence);
  }
  return presence;
}

function findPresence(node: Node): Expression {
  switch (node.node) {
    case 'value':
      return isContainer(node.expression) ? isSet(node.expression) : ALWAYS;
    case 'each':
      return isSet(node.loop.source);
    case 'when':
      return either([
        both([node.test, presenceOf(node.then)]),
        node.otherwise ? both([negated(node.test), presenceOf(node.otherwise)]) : NEVER,
      ]);
    case 'map':
      if (node.entries.length === 0) return ALWAYS;
      return either(node.entries.map((e) => ('spread' in e ? isSet(e.spread) : presenceOf(e.value))));
    case 'list':
      return node.items.length === 0 ? ALWAYS : either(node.items.map(presenceOf));
  }
}

export const isAlways = (e: Expression): boolean => e.op === 'literal' && e.value === true;
const isNever = (e: Expression): boolean => e.op === 'literal' && e.value === false;
export const isContainer = (e: Expression): boolean => e.kind === 'map' || e.kind === 'list';

const isSet = (argument: Expression): Expression => ({ op: 'isSet', kind: 'boolean', argument });
const negated = (argument: Expression): Test => ({ op: 'not', kind: 'boolean', argument });

function both(tests: readonly Expression[]): Expression {
  if (tests.some(isNever)) return NEVER;
  return fold(
    'all',
    tests.filter((t) => !isAlways(t)),
    ALWAYS,
  );
}

function either(tests: readonly Expression[]): Expression {
  if (tests.some(isAlways)) return ALWAYS;
  const seen = new Set<string>();
  const distinct = tests.filter((t) => {
    const text = JSON.stringify(t);
    if (isNever(t) || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
  const complementary = distinct.some((t) => t.op === 'not' && seen.has(JSON.stringify(t.argument)));
  return complementary ? ALWAYS : fold('any', distinct, NEVER);
}

function fold(op: 'all' | 'any', tests: readonly Expression[], none: Expression): Expression {
  const [only] = tests;
  if (only === undefined) return none;
  return tests.length === 1 ? only : { op, kind: 'boolean', tests };
}

/** Calls `visit` on each expression that stands in a node, with its path in the object. */
export function visitExpressions(node: Node, visit: (e: Expression, path: readonly string[]) => void): void {
  const go = (n: Node, path: readonly string[]): void => {
    switch (n.node) {
      case 'value':
        return visit(n.expression, path);
      case 'map':
        return n.entries.forEach((e) => ('spread' in e ? visit(e.spread, path) : go(e.value, [...path, e.key])));
      case 'list':
        return n.items.forEach((item, i) => go(item, [...path, String(i)]));
      case 'when':
        visit(n.test, path);
        go(n.then, path);
        return n.otherwise && go(n.otherwise, path);
      case 'each':
        visit(n.loop.source, path);
        return go(n.body, [...path, '*']);
    }
  };
  go(node, []);
}

/**
 * Every expression of a template, the guard's among them, with everything inside. A text with a name is visited once,
 * not wherever it is used; with one `walked` for several templates, once in all of them.
 */
export function walkTemplate(
  template: Template,
  visit: (e: Expression) => void,
  walked: Set<Expression> = new Set(),
): void {
  const go = (e: Expression): void => {
    if (e.op === 'named') {
      if (walked.has(e)) return;
      walked.add(e);
    }
    visit(e);
    childrenOf(e).forEach(go);
  };
  if (template.loop) sourcesOf(template.loop).forEach(go);
  if (template.guard) go(template.guard);
  visitExpressions(template.root, go);
}

/** The text at a path of a tree, if it is known. */
export function literalAt(node: Node, path: readonly string[]): string | undefined {
  const [key, ...rest] = path;
  if (key === undefined) {
    const known = node.node === 'value' && node.expression.op === 'literal';
    return known ? String(node.expression.value) : undefined;
  }
  if (node.node !== 'map') return undefined;
  const entry = node.entries.find((e) => 'key' in e && e.key === key);
  return entry && 'value' in entry ? literalAt(entry.value, rest) : undefined;
}
