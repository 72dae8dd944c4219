import { Choose, Expression, Reference } from '../../values/expression';

/** Where a template's code stands. */
export interface Context {
  readonly chart: string;
  /** `.` at the top of a template, `$` inside a loop or `with`. */
  readonly dot: '.' | '$';
}

export const inside = (context: Context): Context => ({ ...context, dot: '$' });

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
    case 'isSet':
      return e.op === 'not' ? `not ${term(e.argument, at)}` : pipeline(e.argument, at);
    case 'all':
      return `and ${e.tests.map((test) => term(test, at)).join(' ')}`;
    case 'any':
      return `or ${e.tests.map((test) => term(test, at)).join(' ')}`;
    case 'is':
      return `eq ${number(e.left, at)} ${number(e.right, at)}`;
    case 'named':
      return `include ${quote(`${at.chart}.${e.name}`)} ${at.dot}`;
    case 'digest': {
      const [only, ...more] = e.parts;
      const joined =
        only && more.length === 0 ? piped(only, at) : `list ${e.parts.map((p) => text(p, at)).join(' ')} | join "\\n"`;
      return `${joined} | sha256sum${e.length === undefined ? '' : ` | trunc ${e.length}`}`;
    }
    case 'base64':
      return `${piped(e.argument, at)} | b64enc`;
    case 'json':
      return `${number(e.argument, at)} | toJson`;
    case 'join':
    case 'ini':
    case 'wholeFile':
      throw new Error(
        `${at.chart}: a ${e.op === 'join' ? 'loop' : 'file'} inside a text needs a name of its own: named()`,
      );
  }
}

function reference({ root, path }: Reference, at: Context): string {
  const head = root.startsWith('$') ? root : `${at.dot === '$' ? '$.' : '.'}${root}`;
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
export function term(e: Expression, at: Context): string {
  const code = pipeline(e, at);
  return /^(\$?[.\w]+|"([^"\\]|\\.)*")$/.test(code) ? code : `(${code})`;
}

/** An expression at the head of a pipe. */
const piped = (e: Expression, at: Context): string => (e.kind === 'string' ? pipeline(e, at) : text(e, at));

/** An argument that is text. */
function text(e: Expression, at: Context): string {
  if (e.kind === 'string') return term(e, at);
  return e.op === 'literal' ? quote(String(e.value)) : `(${number(e, at)} | toJson)`;
}

/** An argument that may be a number: numbers of values files reach templates as float64, which prints 1e+06. */
export const number = (e: Expression, at: Context): string =>
  e.kind === 'integer' && e.op !== 'literal' ? `(${pipeline(e, at)} | int64)` : term(e, at);

/** An argument that `ternary` takes: a real boolean. */
function boolean(e: Expression, at: Context): string {
  const isBoolean = e.kind === 'boolean' && e.op !== 'isSet' && e.op !== 'all' && e.op !== 'any';
  return isBoolean ? term(e, at) : `(not (not ${term(e, at)}))`;
}

/** A Go string literal. */
export const quote = (s: string): string => JSON.stringify(s);
