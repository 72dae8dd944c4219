/**
 * How oslo.config reads the texts of a file, as parts of patterns that RE2 and ECMAScript read alike. A part never
 * matches a comma unless it says so, so that lists can be made of it.
 */

import { IPV4, UNPRINTABLE } from '../../values/patterns';

/** What a value on one line may hold. */
export const ANY = `[^${UNPRINTABLE}]*`;
export const NO_COMMA = `[^,${UNPRINTABLE}]*`;
/** What Python strips, as far as a line can hold it. */
export const SPACES = '\\p{Zs}*';

/** Holds `$name` or `${name}`; names of groups, options and dots. What it stands for is known at run time only. */
export const REFERENCE = `${ANY}[$][{]?[A-Za-z_]${ANY}`;

/** Characters that patterns give a meaning, as themselves. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, (sign) => `\\${sign}`);

/** A text in any case. Python lowers both sides; of letters beyond ASCII, only the case that is written counts. */
export const inAnyCase = (text: string): string =>
  literally(text).replace(/[A-Za-z]/g, (c) => `[${c.toLowerCase()}${c.toUpperCase()}]`);

export const oneOf = (...patterns: readonly string[]): string => `(${patterns.join('|')})`;

/** `Boolean.TRUE_VALUES` and `FALSE_VALUES`. */
export const BOOLEAN = oneOf(...['true', 'false', 'yes', 'no', 'on', 'off'].map(inAnyCase), '[01]');

/** What `int()` takes of ASCII, but for underscores. */
export const INTEGER = '[+-]?[0-9]+';
/** What `float()` takes of ASCII, but for underscores. */
export const FLOAT = `[+-]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?|${inAnyCase('inf')}(${inAnyCase('inity')})?|${inAnyCase('nan')})`;

const BOUND = '(0|-?[1-9][0-9]*)';
export const RANGE = `${BOUND}(-${BOUND})?`;

/** All forms of an IPv6 address, around those of an IPv4 address that may stand at its end. */
function ipv6(ipv4: string): string {
  const hex = '[0-9A-Fa-f]{1,4}';
  const whole = [`(${hex}:){7}${hex}`, `(${hex}:){6}${ipv4}`];
  // So many groups before `::`, and the others behind it: eight at most, of which `::` is one and IPv4 are two.
  const before = (n: number): string => (n === 0 ? ':' : `(${hex}:){${n}}`);
  const shortened = [0, 1, 2, 3, 4, 5, 6].map((n) => {
    const groups = `(${hex}(:${hex}){0,${6 - n}})?`;
    return `${before(n)}:${n > 5 ? groups : `(${groups}|(${hex}:){0,${5 - n}}${ipv4})`}`;
  });
  return oneOf(...whole, ...shortened, `(${hex}:){7}:`);
}
export const IPV6 = ipv6(IPV4);

/** Labels, made of letters and `others`, and a dot at the end or not; in the last one is a letter or a hyphen. */
function dnsName(others: string): string {
  const edge = `[A-Za-z${others}]`;
  const inside = `[A-Za-z${others}-]*${edge}`;
  const last = oneOf(`[${others}]*[A-Za-z](${inside})?`, `[${others}]+-${inside}`);
  return `(${edge}(${inside})?\\.)*${last}\\.?`;
}
export const HOSTNAME = dnsName('0-9');
export const DOMAIN = dnsName('0-9_');

// RFC 3986, as the package rfc3986 has it: names of hosts may be nearly anything, ports are not counted, and whatever
// comes behind them is encoded before it is looked at.
const PERCENT = '%[A-Fa-f0-9]{2}';
const signs = (more: string): string => `([A-Za-z0-9._~!$&'()*+;=${more}-]|${PERCENT})`;
const LITERAL = `\\[(${ipv6('([0-9]{1,3}\\.){3}[0-9]{1,3}')}(%25([A-Za-z0-9._~-]|${PERCENT})+)?|v[0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+;=:-]+)\\]`;
const PORT = '(:?[0-9]{1,5}|:)?';
const authority = (comma: string): string =>
  oneOf(
    `${signs(`:${comma}`)}+@(${signs(comma)}*|${LITERAL})${PORT}`,
    `(${signs(comma)}+|${LITERAL})${PORT}`,
    ':[0-9]{0,5}',
  );

/** A URI with a host; `schemes` as they are written. Among others, in a list, it holds no comma. */
export const uri = (schemes?: readonly string[], among = false): string =>
  `${schemes ? oneOf(...schemes.map(literally)) : '[A-Za-z][A-Za-z0-9+.-]*'}://${authority(among ? '' : ',')}([\\\\/?#]${ANY})?`;

/** A text in quotes of either kind, or without; `sign` is what it is made of then. */
export const quoted = (sign: string): string =>
  oneOf(`"${ANY}"`, `'${ANY}'`, `${sign.slice(0, -1).replace('[^', `[^"'\\p{Zs}`)}${sign}`);

/** A text in brackets, up to the first closing one with a comma behind it. */
export const BRACKETS = `\\[([^\\]${UNPRINTABLE}]|\\][\\]\\p{Zs}]*[^\\],\\p{Zs}${UNPRINTABLE}])*\\][\\]\\p{Zs}]*`;

/** A pattern of one item among others, between commas. */
export const between = (pattern: string): string => pattern.replaceAll(ANY, NO_COMMA);
