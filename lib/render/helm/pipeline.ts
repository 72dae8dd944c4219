import { Choose, Expression, Named, Reference, Test, childrenOf } from '../../values/expression';

type Is = Extract<Test, { op: 'is' }>;

/** More parts of a digest than these stand on lines of their own. */
const FEW = 4;

/** Where a template's code stands. */
export interface Context {
  readonly chart: string;
  /** How many loops are around it. */
  readonly depth: number;
  /** What the conditions around it have said already. */
  readonly facts?: readonly Expression[];
  /** Variables of loops that the root has beside the values, in a text with a name that speaks of them. */
  readonly given?: readonly string[];
}

export const inside = (context: Context): Context => ({ ...context, depth: context.depth + 1 });

/** An expression as a pipeline: what stands between `{{` and `}}`. */
export function pipeline(e: Expression, at: Context): string {
  switch (e.op) {
    case 'literal':
      return typeof e.value === 'string' ? quote(e.value) : String(e.value);
    case 'reference':
      return reference(e, at);
    case 'concat': {
      const format = e.parts.map((p) => (p.op === 'literal' ? String(p.value).replace(/%/g, '%%') : '%s')).join('');
      const holes = e.parts.filter((p) => p.op !== 'literal').map((p) => text(p, at));
      return ['printf', quote(format), ...holes].join(' ');
    }
    case 'choose':
      return choose(e, at);
    case 'not':
      return condition(e, at);
    case 'isSet':
    case 'all':
    case 'any':
      return `not (not ${argument(condition(e, at))})`;
    case 'is': {
      const side = (x: Expression): string => (areComparable(e) ? number(x, at) : `(${number(x, at)} | toJson)`);
      return `eq ${side(e.left)} ${side(e.right)}`;
    }
    case 'hasKey':
      return `hasKey ${term(e.map, at)} ${term(e.key, at)}`;
    case 'named':
      return `include ${quote(`${at.chart}.${e.name}`)} ${rootFor(e, at)}`;
    case 'digest': {
      const [only, ...more] = e.parts;
      const joined =
        only && more.length === 0
          ? textCode(only, at)
          : `list ${e.parts.map((p) => text(p, at)).join(e.parts.length > FEW ? '\n    ' : ' ')} | join "\\n"`;
      return `${joined} | sha256sum${e.length === undefined ? '' : ` | trunc ${e.length}`}`;
    }
    case 'base64':
      return `${textCode(e.argument, at)} | b64enc`;
    case 'json':
      return `${number(e.argument, at)} | toJson`;
    case 'without':
      return `omit ${presentMap(e.argument, at)} ${e.keys.map(quote).join(' ')}`;
    case 'merged':
      return `include ${quote(`${at.chart}.merged`)} (list ${e.maps.map((map) => presentMap(map, at)).join(' ')}) | fromJson`;
    case 'join':
    case 'ini':
    case 'wholeFile':
      throw new Error(
        `${at.chart}: a ${e.op === 'join' ? 'loop' : 'file'} inside a text needs a name of its own: named()`,
      );
  }
}

/** What a named template sees as its root: the values, and with them the variables of loops that it speaks of. */
function rootFor(e: Named, at: Context): string {
  const variables = variablesOf(e);
  if (variables.every((name) => at.given?.includes(name))) return at.depth === 0 ? '.' : '$';
  const all = ['Values', 'Release'].map((root) => `${quote(root)} $.${root}`);
  return `(dict ${[...all, ...variables.map((name) => `${quote(name.slice(1))} ${name}`)].join(' ')})`;
}

/** The variables of loops that a text speaks of, sorted: not those of loops inside of it. */
export function variablesOf(e: Expression): readonly string[] {
  let found = variables.get(e);
  if (!found) {
    const all = e.op === 'reference' && e.root.startsWith('$') ? [e.root] : childrenOf(e).flatMap(variablesOf);
    const own = e.op === 'join' ? [e.loop.variable, e.loop.key] : [];
    found = [...new Set(all)].filter((name) => !own.includes(name)).sort();
    variables.set(e, found);
  }
  return found;
}
const variables = new WeakMap<Expression, readonly string[]>();

/** A test as `if`, `and`, `or` and `not` take it: anything that Go counts as true or false. */
export function condition(e: Expression, at: Context): string {
  switch (e.op) {
    case 'isSet':
      return condition(e.argument, at);
    case 'not':
      return `not ${argument(condition(e.argument, at))}`;
    case 'all':
      return `and ${e.tests.map((test) => argument(condition(test, at))).join(' ')}`;
    case 'any':
      return `or ${e.tests.map((test) => argument(condition(test, at))).join(' ')}`;
    default:
      return pipeline(e, at);
  }
}

/** Go compares only what has one type; a number of a values file is a float64, and `any` is known to nobody. */
const areComparable = ({ left, right }: Is): boolean =>
  left.kind === right.kind && ['string', 'integer', 'boolean'].includes(left.kind);

function reference({ root, path }: Reference, at: Context): string {
  const head = root.startsWith('$') ? root : `${at.depth === 0 ? '.' : '$.'}${root}`;
  let code = head;
  for (const key of path) {
    code = /^[A-Za-z_]\w*$/.test(key) ? `${code}.${key}` : `(index ${code} ${quote(key)})`;
  }
  return code.replace(/^\((index [^()]*)\)$/, '$1');
}

/** `x | default y` where that is what is meant, else `ternary`. */
function choose({ test, then, otherwise }: Choose, at: Context): string {
  if (test.op === 'isSet' && JSON.stringify(test.argument) === JSON.stringify(then)) {
    return `${number(then, at)} | default ${number(otherwise, at)}`;
  }
  return `ternary ${number(then, at)} ${number(otherwise, at)} ${boolean(test, at)}`;
}

/** An expression as an argument. */
export const term = (e: Expression, at: Context): string => argument(pipeline(e, at));

/** A map as an argument of a function that takes no nil. */
const presentMap = (e: Expression, at: Context): string =>
  e.op === 'reference' && e.optional ? `(${pipeline(e, at)} | default dict)` : term(e, at);

/** Code as an argument. */
const argument = (code: string): string => (/^(\$?[.\w]+|"([^"\\]|\\.)*")$/.test(code) ? code : `(${code})`);

/** An argument that is text. */
const text = (e: Expression, at: Context): string => argument(textCode(e, at));

/** An expression as a pipeline that gives text: a string as it is, all else as JSON. */
export function textCode(e: Expression, at: Context): string {
  if (e.kind === 'string') return pipeline(e, at);
  if (e.op === 'literal') return quote(String(e.value));
  if (e.kind !== 'any') return `${number(e, at)} | toJson`;
  if (e.op === 'choose') return `ternary ${text(e.then, at)} ${text(e.otherwise, at)} ${boolean(e.test, at)}`;
  const code = term(e, at);
  return `ternary ${code} (${code} | toJson) (kindIs "string" ${code})`;
}

/** An argument that may be a number: numbers of values files reach templates as float64, which prints 1e+06. */
export const number = (e: Expression, at: Context): string =>
  e.kind === 'integer' && e.op !== 'literal' ? `(${pipeline(e, at)} | int64)` : term(e, at);

/** An argument that `ternary` takes: a real boolean. */
const boolean = (e: Expression, at: Context): string =>
  e.kind === 'boolean' ? term(e, at) : `(not (not ${term(e, at)}))`;

/** A Go string literal. */
export const quote = (s: string): string => JSON.stringify(s);
