/** What a rule of a policy asks, as oslo.policy reads it from a text. */
export type Check =
  | '@'
  | '!'
  | { readonly kind: string; readonly match: string }
  /** A word that is no check: it denies. */
  | { readonly word: string }
  | { readonly not: Check }
  | { readonly all: readonly Check[] }
  | { readonly any: readonly Check[] };

/** The least parts of a check: all but what joins others. */
export type Leaf = Exclude<Check, '@' | '!' | { not: Check } | { all: unknown } | { any: unknown }>;

/**
 * Reads a check string: `role:admin or (rule:owner and not '!')`. Step by step as oslo.policy's own parser does
 * (`oslo_policy/_parser.py`), for its grammar is what that does: `npm run test:oslo` compares them.
 *
 * @returns undefined where oslo.policy can't read it, and so denies everybody
 */
export function parseCheck(text: string): Check | undefined {
  if (text === '') return '@';
  const stack: Token[] = [];
  for (const token of tokensOf(text)) {
    stack.push(token);
    reduce(stack);
  }
  const [only, ...more] = stack;
  return more.length === 0 ? only?.check : undefined;
}

/** The checks and words that a check is made of, in their order. */
export function leavesOf(check: Check): Leaf[] {
  if (typeof check === 'string') return [];
  if ('not' in check) return leavesOf(check.not);
  if ('all' in check) return check.all.flatMap(leavesOf);
  return 'any' in check ? check.any.flatMap(leavesOf) : [check];
}

interface Token {
  readonly is: 'check' | 'all' | 'any' | 'and' | 'or' | 'not' | 'string' | '(' | ')';
  /** Of a check, and of checks that are joined. */
  readonly check?: Check;
}

/** Words between blanks, without the parentheses around them: those inside, as in `%(user_id)s`, are their own. */
function tokensOf(text: string): Token[] {
  return text.split(/\s+/u).flatMap((part): Token[] => {
    const [, open = '', rest = ''] = /^(\(*)(.*)$/su.exec(part) ?? [];
    const [, word = '', close = ''] = /^(.*?)(\)*)$/su.exec(rest) ?? [];
    const times = (is: Token['is'], length: number): Token[] => Array.from({ length }, () => ({ is }));
    const own = word === '' ? [] : [tokenOf(word, rest)];
    return [...times('(', open.length), ...own, ...times(')', close.length)];
  });
}

function tokenOf(word: string, withParentheses: string): Token {
  const lower = word.toLowerCase();
  if (lower === 'and' || lower === 'or' || lower === 'not') return { is: lower };
  if (/^(".*"|'.*')$/su.test(withParentheses)) return { is: 'string' };
  return { is: 'check', check: checkOf(word) };
}

function checkOf(word: string): Check {
  if (word === '@' || word === '!') return word;
  const colon = word.indexOf(':');
  return colon < 0 ? { word } : { kind: word.slice(0, colon), match: word.slice(colon + 1) };
}

/** Joins what stands last in a list of tokens, for as long as anything can be joined. */
function reduce(stack: Token[]): void {
  for (let joined = joinedOf(stack); joined; joined = joinedOf(stack))
    stack.splice(-joined.length, Infinity, joined.to);
}

/** What the last tokens are together, and how many these are. */
function joinedOf(stack: readonly Token[]): { readonly length: number; readonly to: Token } | undefined {
  const [a, b, c] = stack.slice(-3);
  const [first, middle, last] = [a?.check, b?.check, c?.check];
  const form = [a?.is, b?.is, c?.is].join(' ');
  const three = (to: Token) => ({ length: 3, to });
  if (middle !== undefined && /^\( (check|all|any) \)$/.test(form)) return three({ is: 'check', check: middle });
  if (first !== undefined && last !== undefined) {
    if (form === 'check and check') return three({ is: 'all', check: { all: [first, last] } });
    if (form === 'all and check') return three({ is: 'all', check: and(first, last) });
    if (form === 'any and check') return three({ is: 'any', check: lastAnd(first, last) });
    if (form === 'check or check' || form === 'all or check')
      return three({ is: 'any', check: { any: [first, last] } });
    if (form === 'any or check') return three({ is: 'any', check: { any: [...membersOf(first), last] } });
  }
  const [not, check] = stack.slice(-2);
  if (not?.is !== 'not' || check?.is !== 'check') return undefined;
  return { length: 2, to: { is: 'check', check: { not: check.check! } } };
}

const membersOf = (check: Check): readonly Check[] =>
  typeof check === 'object' && 'any' in check ? check.any : [check];

const and = (check: Check, more: Check): Check =>
  typeof check === 'object' && 'all' in check ? { all: [...check.all, more] } : { all: [check, more] };

/** `a or b`, and then `and c`: that binds to `b`. */
function lastAnd(any: Check, more: Check): Check {
  const members = membersOf(any);
  return { any: [...members.slice(0, -1), and(members.at(-1)!, more)] };
}
