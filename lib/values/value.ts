import { Expression, Kind, Loop, Reference, concat, literal } from './expression';
import { JsonSchema, holdsSecret, isClosed, kindOf } from './json-schema';

const VALUE = Symbol.for('kolla-cdk8s.Value');
const WHEN = Symbol.for('kolla-cdk8s.When');
const EACH = Symbol.for('kolla-cdk8s.Each');

/** Two noncharacters of Unicode, which no YAML holds, fence an expression that was put into a string. */
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const TOKEN = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`);

/**
 * A value that is known only when the chart is rendered, by us or by Helm.
 *
 * Put into a string (`${values.host}:5000`, or `<%= values.host %>` in EJS) it leaves a token that carries its
 * expression. It is an object, so `if (value)` is always true: use `when`.
 */
export class Value<out T> {
  declare protected readonly type: T;
  readonly [VALUE] = true;

  /**
   * @param expression what the value is
   * @param schema what the model says of it; loops take the shape of their items from it
   */
  constructor(
    readonly expression: Expression,
    readonly schema?: JsonSchema,
  ) {}

  /** Holds if the value equals `other`. */
  is(other: T | Value<T>): Value<boolean> {
    return new Value({ op: 'is', kind: 'boolean', left: this.expression, right: expressionOf(other) });
  }

  /** The value, or `fallback` where the value is missing or empty. */
  or(fallback: T | Value<T>): Value<T> {
    return choose(isSet(this), this, fallback);
  }

  toString(): string {
    return tokenOf(this.expression);
  }

  toJSON(): never {
    throw new Error(`${describe(this.expression)} is known only when the chart is rendered, so it has no JSON form`);
  }
}

/** A part of a tree, or of a text, that is there only if `test` holds. Made by `when`. */
export class When<out B> {
  readonly [WHEN] = true;

  constructor(
    readonly test: Expression,
    readonly then: B,
    readonly otherwise?: B,
  ) {}

  toString(): string {
    return tokenOf(expressionOf(this));
  }
}

/** List items, or text, made once for each item of a loop. Made by `each`, `eachEntry`, `times`. */
export class Each<out B> {
  readonly [EACH] = true;

  constructor(
    readonly loop: Loop,
    readonly body: B,
    readonly separator: string,
  ) {}

  toString(): string {
    return tokenOf(expressionOf(this));
  }
}

/** Marks a model's secret in the types: such a value can only go to a Secret, a hole or a digest. */
export type Secret = string & { readonly secret?: never };

/** `T`, with values, conditions and loops allowed at any depth. */
export type Templated<T> =
  | Value<T>
  | When<Templated<T>>
  | (T extends string | number | boolean | null | undefined
      ? T
      : T extends readonly (infer E)[]
        ? readonly (Templated<E> | Each<Templated<E>>)[]
        : { readonly [K in keyof T]: Templated<T[K]> });

/** The typed handles of a model: its shape, with a `Value` at each leaf. Maps and lists are leaves. */
export type Handles<T> = [T] extends [string | number | boolean | undefined]
  ? Value<NonNullable<T>>
  : T extends readonly unknown[]
    ? Value<T>
    : string extends keyof T
      ? Value<T>
      : { readonly [K in keyof T]-?: Handles<NonNullable<T[K]>> };

// A brand, not `instanceof`: an application may hold two copies of this library.
const branded = (x: unknown, brand: symbol): boolean => typeof x === 'object' && x !== null && brand in x;
export const isValue = (x: unknown): x is Value<unknown> => branded(x, VALUE);
export const isWhen = (x: unknown): x is When<unknown> => branded(x, WHEN);
export const isEach = (x: unknown): x is Each<unknown> => branded(x, EACH);

/** A part that is there only if `test` holds, else `otherwise`; without that, its key or list item goes with it. */
export const when = <B>(test: Value<boolean>, then: B, otherwise?: B): When<B> =>
  new When(test.expression, then, otherwise);

/** One of two scalars. */
export function choose<T>(test: Value<boolean>, then: T | Value<T>, otherwise: T | Value<T>): Value<T> {
  const [a, b] = [expressionOf(then), expressionOf(otherwise)];
  const kind = a.kind === b.kind ? a.kind : 'any';
  return new Value({ op: 'choose', kind, test: test.expression, then: a, otherwise: b });
}

export const not = ({ expression }: Value<boolean>): Value<boolean> =>
  new Value(expression.op === 'not' ? expression.argument : { op: 'not', kind: 'boolean', argument: expression });
export const all = (...tests: Value<boolean>[]): Value<boolean> => combine('all', tests);
export const any = (...tests: Value<boolean>[]): Value<boolean> => combine('any', tests);
/** Holds unless the value is missing, false, 0, or an empty string, list or map. */
export const isSet = (value: Value<unknown>): Value<boolean> =>
  new Value({ op: 'isSet', kind: 'boolean', argument: value.expression });

function combine(op: 'all' | 'any', tests: readonly Value<boolean>[]): Value<boolean> {
  const [only] = tests;
  if (!only) return new Value(literal(op === 'all'));
  if (tests.length === 1) return only;
  const flat = tests.map((t) => t.expression).flatMap((e) => (e.op === op ? e.tests : [e]));
  return new Value({ op, kind: 'boolean', tests: flat });
}

/** List items, or a text, for each item of a list. */
export const each = <I, B>(list: Value<readonly I[]>, body: (item: Handles<I>) => B, separator = ''): Each<B> =>
  inLoop((item) => {
    const loop: Loop = { over: 'list', source: list.expression, variable: item };
    return new Each(loop, body(handleOf<I>(item, items(list.schema))), separator);
  });

/** List items, or a text, for each entry of a map, sorted by key. */
export const eachEntry = <V, B>(
  map: Value<Readonly<Record<string, V>>>,
  body: (key: Value<string>, value: Handles<V>) => B,
  separator = '',
): Each<B> =>
  inLoop((variable) => {
    const key = variable.replace('$item', '$key');
    const loop: Loop = { over: 'map', source: map.expression, variable, key };
    const name = new Value<string>({ op: 'reference', kind: 'string', root: key, path: [] });
    return new Each(loop, body(name, handleOf<V>(variable, entries(map.schema))), separator);
  });

/** List items, or a text, for each number from 0 to `count` - 1. */
export const times = <B>(count: Value<number>, body: (index: Value<number>) => B, separator = ''): Each<B> =>
  inLoop((variable) => {
    const loop: Loop = { over: 'count', source: count.expression, variable };
    const index = new Value<number>({ op: 'reference', kind: 'integer', root: variable, path: [] });
    return new Each(loop, body(index), separator);
  });

/** Holds if a map has an entry of that key. */
export const hasKey = (map: Value<Readonly<Record<string, unknown>>>, key: Value<string>): Value<boolean> =>
  new Value({ op: 'hasKey', kind: 'boolean', map: map.expression, key: key.expression });

/** Loop variables are named by depth, so that the same code gives the same template however often it runs. */
let depth = 0;
function inLoop<R>(use: (variable: string) => R): R {
  const variable = depth === 0 ? '$item' : `$item${depth}`;
  depth += 1;
  try {
    return use(variable);
  } finally {
    depth -= 1;
  }
}

const items = (schema?: JsonSchema): JsonSchema => schema?.items ?? {};
export const entries = (schema?: JsonSchema): JsonSchema =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : {};

export const handleOf = <T>(variable: string, schema: JsonSchema): Handles<T> =>
  handles<T>(schema, { op: 'reference', kind: kindOf(schema), root: variable, path: [] });

/** The handles of everything at and below a reference. */
export function handles<T>(schema: JsonSchema, at: Reference): Handles<T> {
  if (!isClosed(schema)) {
    const secret = holdsSecret(schema) ? ({ secret: true } as const) : {};
    return new Value({ ...at, ...secret, kind: kindOf(schema) }, schema) as Handles<T>;
  }
  const required = new Set(schema.required);
  const children = Object.entries(schema.properties ?? {}).map(([key, child]) => {
    const { optional: _, ...parent } = at;
    const optional = required.has(key) ? {} : ({ optional: true } as const);
    return [key, handles(child, { ...parent, ...optional, path: [...at.path, key] })];
  });
  return Object.fromEntries(children) as Handles<T>;
}

/** The expression behind a value, a string with tokens, a condition, a loop or a literal. */
export function expressionOf(x: unknown): Expression {
  if (isValue(x)) return x.expression;
  if (isWhen(x)) {
    const [then, otherwise] = [expressionOf(x.then), expressionOf(x.otherwise ?? '')];
    const kind: Kind = then.kind === otherwise.kind ? then.kind : 'any';
    return { op: 'choose', kind, test: x.test, then, otherwise };
  }
  if (isEach(x)) {
    return { op: 'join', kind: 'string', loop: x.loop, body: expressionOf(x.body), separator: x.separator };
  }
  if (typeof x === 'string') return parseTokens(x);
  if (typeof x === 'number' || typeof x === 'boolean') return literal(x);
  throw new Error(`a text, a number, a boolean or a value is needed here, found ${JSON.stringify(x)}`);
}

/**
 * All entries of a map value, to be spread into an object: `{ app: 'x', ...spread(values.labels) }`. Keys that are
 * written out win.
 */
export const spread = (map: Value<Readonly<Record<string, unknown>>>): Record<string, never> =>
  ({ [`*${map}`]: '' }) as unknown as Record<string, never>;

/** The expression that a key made by `spread` carries. */
export function spreadOf(key: string): Expression | undefined {
  const token = key.startsWith(`*${OPEN}`) ? TOKEN.exec(key)?.[1] : undefined;
  return token === undefined ? undefined : decode(token);
}

/**
 * What tokens were made and read: only caches. They save the encoding, and a token read back is the very expression
 * that was put in, so that caches by expression find it. A token still carries its expression, for a copy of this
 * library that has not made it.
 */
const tokens = new WeakMap<Expression, string>();
const expressions = new Map<string, Expression>();

function tokenOf(e: Expression): string {
  let token = tokens.get(e);
  if (token === undefined) {
    token = Buffer.from(JSON.stringify(e)).toString('base64url');
    tokens.set(e, token);
    if (!expressions.has(token)) expressions.set(token, e);
  }
  return `${OPEN}${token}${CLOSE}`;
}

export const hasToken = (text: string): boolean => text.includes(OPEN) || text.includes(CLOSE);

function parseTokens(text: string): Expression {
  if (!text.includes(OPEN)) return literal(text);
  const parts = text.split(TOKEN).map((part, i) => (i % 2 === 0 ? literal(part) : decode(part)));
  return concat(parts);
}

function decode(token: string): Expression {
  let e = expressions.get(token);
  if (e === undefined) {
    e = JSON.parse(Buffer.from(token, 'base64url').toString()) as Expression;
    expressions.set(token, e);
  }
  return e;
}

/** Says in an error message what an expression is. */
export function describe(e: Expression): string {
  if (e.op !== 'reference') return `an expression (${e.op})`;
  const path = [e.root, ...e.path].join('.');
  return e.owner ? `the value ${path} of ${e.owner}` : `the value ${path}`;
}
