/**
 * The expressions that stand in a template where a value is only known later: plain data, no behaviour.
 * `lib/render/plain` evaluates them, `lib/render/helm` prints them as Go templates.
 */

export type Json = string | number | boolean | null | Json[] | JsonMap;
export type JsonMap = { [key: string]: Json };

/** What an expression yields. `any` is a union of scalars. */
export type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'map' | 'any';

/**
 * How a secret is written into a config file: as it is, as an INI value, inside a URL, inside a JSON string, or as lines
 * of its own.
 */
export type Quoting = 'raw' | 'ini' | 'url' | 'json' | 'lines';

export interface Literal {
  readonly op: 'literal';
  readonly kind: Kind;
  readonly value: string | number | boolean;
}

/** A value of a chart, a fact of the release, or the variable of a loop. */
export interface Reference {
  readonly op: 'reference';
  readonly kind: Kind;
  /** `Values`, `Release`, or a loop's variable such as `$item`. */
  readonly root: string;
  readonly path: readonly string[];
  /** The chart whose model declares the value; `global` for what all charts share. Only for `Values`. */
  readonly owner?: string;
  readonly secret?: true;
  /** How a secret is quoted where it stands in a config file. Default: as the file's format asks. */
  readonly quoting?: Quoting;
  /** May be missing: only to be used where `isSet` says that it is there. */
  readonly optional?: true;
}

export interface Concat {
  readonly op: 'concat';
  readonly kind: 'string';
  readonly parts: readonly Expression[];
}

export interface Choose {
  readonly op: 'choose';
  readonly kind: Kind;
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

/** What a loop goes over: the items of a list, the entries of a map by sorted key, or 0 to n - 1. */
export interface Loop {
  readonly over: 'list' | 'map' | 'count';
  readonly source: Expression;
  /** The variable that holds the item, the map's value or the number. */
  readonly variable: string;
  /** The variable that holds the map's key. */
  readonly key?: string;
  /** Another map, of which a variable holds the entry of the same key: an empty map where it has none. */
  readonly beside?: { readonly source: Expression; readonly variable: string };
}

/** The expressions that a loop goes over. */
export const sourcesOf = ({ source, beside }: Loop): readonly Expression[] =>
  beside ? [source, beside.source] : [source];

/** Text made once for each item of a loop, with `separator` between. */
export interface Join {
  readonly op: 'join';
  readonly kind: 'string';
  readonly loop: Loop;
  readonly body: Expression;
  readonly separator: string;
}

export type Test =
  | { readonly op: 'not' | 'isSet'; readonly kind: 'boolean'; readonly argument: Expression }
  | { readonly op: 'all' | 'any'; readonly kind: 'boolean'; readonly tests: readonly Expression[] }
  | { readonly op: 'is'; readonly kind: 'boolean'; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'hasKey'; readonly kind: 'boolean'; readonly map: Expression; readonly key: Expression };

/** Text that has a name of its own in the chart: a config file, an image, a fingerprint. */
export interface Named {
  readonly op: 'named';
  readonly kind: 'string';
  readonly name: string;
  readonly body: Expression;
}

/** Hexadecimal SHA-256 of the parts, joined by line breaks, cut to `length` characters. */
export interface Digest {
  readonly op: 'digest';
  readonly kind: 'string';
  readonly parts: readonly Expression[];
  readonly length?: number;
}

export interface Base64 {
  readonly op: 'base64';
  readonly kind: 'string';
  readonly argument: Expression;
}

/** The JSON form of a scalar, for text such as a JSON file. */
export interface JsonText {
  readonly op: 'json';
  readonly kind: 'string';
  readonly argument: Expression;
}

/** The entries of a map, without those of some keys. */
export interface Without {
  readonly op: 'without';
  readonly kind: 'map';
  readonly argument: Expression;
  readonly keys: readonly string[];
}

/** The entries of maps, the later over the earlier. Only to be looped over or tested. */
export interface Merged {
  readonly op: 'merged';
  readonly kind: 'map';
  readonly maps: readonly Expression[];
}

/** A text of several lines, ended by exactly one line break. */
export interface WholeFile {
  readonly op: 'wholeFile';
  readonly kind: 'string';
  readonly argument: Expression;
}

export interface IniOption {
  readonly name: string;
  /** Several values are printed as one line each. */
  readonly values: readonly Expression[];
  /** The option is there only if this holds. */
  readonly test?: Expression;
}

export interface IniSection {
  readonly name: string;
  readonly options: readonly IniOption[];
}

/** An INI file: our sections, and the user's options over them: maps of sections, the later over the earlier. */
export interface Ini {
  readonly op: 'ini';
  readonly kind: 'string';
  readonly sections: readonly IniSection[];
  readonly overrides: readonly Expression[];
}

export type Expression =
  | Literal
  | Reference
  | Concat
  | Choose
  | Join
  | Test
  | Named
  | Digest
  | Base64
  | JsonText
  | Without
  | Merged
  | WholeFile
  | Ini;

export const literal = (value: string | number | boolean): Literal => ({ op: 'literal', kind: kindOf(value), value });

function kindOf(value: string | number | boolean): Kind {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' ? 'string' : 'boolean';
}

/** Joins neighbouring literals and leaves out what is empty. */
export function concat(parts: readonly Expression[]): Expression {
  const joined: Expression[] = [];
  for (const part of parts.flatMap((p) => (p.op === 'concat' ? p.parts : [p]))) {
    const last = joined.at(-1);
    if (part.op === 'literal' && last?.op === 'literal') {
      joined[joined.length - 1] = literal(`${last.value}${part.value}`);
    } else if (part.op !== 'literal' || part.value !== '') {
      joined.push(part);
    }
  }
  const [only] = joined;
  if (only === undefined) return literal('');
  return joined.length === 1 && only.kind === 'string' ? only : { op: 'concat', kind: 'string', parts: joined };
}

/** The expressions directly inside another one. */
export function childrenOf(e: Expression): readonly Expression[] {
  switch (e.op) {
    case 'literal':
    case 'reference':
      return [];
    case 'concat':
    case 'digest':
      return e.parts;
    case 'choose':
      return [e.test, e.then, e.otherwise];
    case 'join':
      return [...sourcesOf(e.loop), e.body];
    case 'not':
    case 'isSet':
    case 'base64':
    case 'json':
    case 'without':
    case 'wholeFile':
      return [e.argument];
    case 'all':
    case 'any':
      return e.tests;
    case 'merged':
      return e.maps;
    case 'is':
      return [e.left, e.right];
    case 'hasKey':
      return [e.map, e.key];
    case 'named':
      return [e.body];
    case 'ini':
      return [
        ...e.sections.flatMap((s) => s.options.flatMap((o) => [...o.values, ...(o.test ? [o.test] : [])])),
        ...e.overrides,
      ];
  }
}

/** Calls `visit` on an expression and on everything inside it. */
export function walk(e: Expression, visit: (e: Expression) => void): void {
  visit(e);
  for (const child of childrenOf(e)) walk(child, visit);
}

/** `keystone.api.replicas`, as a user would write it; a key with dots in quotes. */
export const pathOf = (path: readonly (string | number)[]): string =>
  path
    .map((key, i) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
      return i === 0 ? key : `.${key}`;
    })
    .join('');

/**
 * A copy of a text in which `change` has replaced some of the references that it prints. Tests stay, and what loops go
 * over: they print nothing. So do digests, base64 and JSON, which would be those of the replacement.
 */
export function mapPrinted(e: Expression, change: (r: Reference) => Expression): Expression {
  const go = (x: Expression): Expression => mapPrinted(x, change);
  switch (e.op) {
    case 'literal':
    case 'not':
    case 'isSet':
    case 'all':
    case 'any':
    case 'is':
    case 'hasKey':
    case 'digest':
    case 'base64':
    case 'json':
    case 'without':
    case 'merged':
      return e;
    case 'reference':
      return change(e);
    case 'concat':
      return concat(e.parts.map(go));
    case 'choose':
      return { ...e, then: go(e.then), otherwise: go(e.otherwise) };
    case 'wholeFile':
      return { ...e, argument: go(e.argument) };
    case 'join':
    case 'named':
      return { ...e, body: go(e.body) };
    case 'ini':
      return {
        ...e,
        sections: e.sections.map((s) => ({
          ...s,
          options: s.options.map((o) => ({ ...o, values: o.values.map(go) })),
        })),
        overrides: e.overrides.map(go),
      };
  }
}
