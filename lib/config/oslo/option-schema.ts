import { z } from 'zod';
import { IPV4 } from '../../values/patterns';
import { kept, line, text } from '../../values/types';
import { spanning } from './python-pattern';
import type { OptionType, OsloOption } from './table';
import {
  ANY,
  BOOLEAN,
  BRACKETS,
  DOMAIN,
  FLOAT,
  HOSTNAME,
  INTEGER,
  IPV6,
  NO_COMMA,
  RANGE,
  REFERENCE,
  SPACES,
  between,
  inAnyCase,
  literally,
  oneOf,
  quoted,
  uri,
} from './text';

/** A type as it stands in an option, or in its items: without what is said about the option. */
const TYPE_KEYS = [
  ...['type', 'multi', 'choices', 'quotes', 'regex', 'ignoreCase', 'maxLength', 'min', 'max', 'checkedBy'],
  ...['items', 'values', 'bounds', 'separator', 'version', 'schemes'],
];

const keys = new WeakMap<OsloOption, string>();

/** The same text for options that take the same. */
export function typeKey(option: OsloOption): string {
  let key = keys.get(option);
  if (key === undefined) {
    key = JSON.stringify(option, TYPE_KEYS);
    keys.set(option, key);
  }
  return key;
}

const schemas = new Map<string, z.ZodType>();

/**
 * What a user may set an option to: what oslo.config takes of the text that an INI file then has.
 *
 * Numbers are numbers, and texts are texts: `5.0` for a version would be printed as `5`. A list or a dict of oslo.config
 * is one text; only an option that may be given several times takes a YAML list, a line for each item. Any text may refer
 * to other options, and a number may be the empty text, which is none. What is refused or taken otherwise than by
 * oslo.config stands in `test/oslo/differences.ts`.
 */
export function optionSchema(option: OsloOption): z.ZodType {
  const key = typeKey(option);
  let schema = schemas.get(key);
  if (!schema) {
    schema = make(option);
    schemas.set(key, schema);
  }
  return schema;
}

function make(option: OsloOption): z.ZodType {
  const one = membersOf(option);
  if (!option.multi) return union(one, expectedOf(option));
  const words = expectedOf(option);
  return union([...one, z.array(union(one, words))], `${words}, or a list of such values`);
}

function union(members: readonly z.ZodType[], title: string): z.ZodType {
  const [only, ...more] = members;
  return more.length === 0 ? only!.meta({ title }) : z.union(members).meta({ title });
}

/** A text that a pattern describes, or that refers to other options. */
const textOrReference = (pattern: string): z.ZodType => kept(text(`^${oneOf(pattern, REFERENCE)}$`, ''));

function membersOf(type: OptionType): readonly z.ZodType[] {
  // Such code may take what its base does not: `name, address` for an address.
  if (type.checkedBy !== undefined) return 'min' in type || type.type === 'integer' ? [z.number(), line()] : [line()];
  switch (type.type) {
    case 'boolean':
      return [z.boolean(), z.int().min(0).max(1), textOrReference(BOOLEAN)];
    case 'integer':
    case 'port':
    case 'float':
      return [numbers(type), textOrReference(SPACES)];
    case 'range':
      return [limited(z.int(), type), textOrReference(RANGE)];
    default: {
      const pattern = patternOf(type);
      return [pattern === undefined ? line() : textOrReference(pattern)];
    }
  }
}

type Numeric = Extract<OptionType, { readonly type: 'integer' | 'port' | 'float' }>;

function numbers(type: Numeric): z.ZodType {
  const choices = type.choices?.filter((choice) => choice !== null);
  if (choices) return z.literal(choices);
  return limited(type.type === 'float' ? z.number() : z.int(), type);
}

/** A limit that JavaScript can't count to is beyond the numbers that a values file can have. */
function limited<T extends z.ZodNumber>(schema: T, { min, max }: { min?: number | string; max?: number | string }): T {
  const least = typeof min === 'number' ? schema.min(min) : schema;
  return typeof max === 'number' ? least.max(max) : least;
}

/** What stands in a text of a type, spaces around it taken off; undefined where it is not checked. */
function patternOf(type: OptionType): string | undefined {
  if (type.checkedBy !== undefined) return undefined;
  switch (type.type) {
    case 'boolean':
      return BOOLEAN;
    case 'string':
      return stringPattern(type);
    case 'integer':
    case 'port':
    case 'float': {
      const choices = type.choices?.filter((choice) => choice !== null);
      // Of a number in a list, its limits are not looked at.
      return `${choices ? oneOf(...choices.map((choice) => literally(String(choice)))) : numberPattern(type)}?`;
    }
    case 'range':
      return RANGE;
    case 'list':
      return listPattern(type);
    case 'dict':
      return dictPattern(type);
    case 'ip-address':
      return oneOf(...addresses(type.version));
    case 'hostname':
      return HOSTNAME;
    case 'host-address':
      return oneOf(...addresses(type.version), HOSTNAME);
    case 'host-domain':
      return oneOf(...addresses(type.version), DOMAIN);
    case 'uri':
      return uri(type.schemes);
  }
}

const numberPattern = (type: Numeric): string => oneOf(type.type === 'float' ? FLOAT : INTEGER);

const addresses = (version?: 4 | 6): readonly string[] => [
  ...(version === 6 ? [] : [IPV4]),
  ...(version === 4 ? [] : [IPV6]),
];

/** RE2 counts to a thousand. */
const REPEATS = 1000;

function stringPattern({ choices, regex, ignoreCase, maxLength, quotes }: Extract<OptionType, { type: 'string' }>) {
  if (choices) {
    const texts = choices.filter((choice) => choice !== null);
    return oneOf(...texts.map(ignoreCase ? inAnyCase : literally));
  }
  if (regex !== undefined) return ignoreCase ? undefined : spanning(regex);
  if (quotes) return `${quoted(ANY)}?`;
  if (maxLength === undefined) return undefined;
  const sign = ANY.slice(0, -1);
  const whole = `${sign}{0,${REPEATS}}`.repeat(Math.floor(maxLength / REPEATS));
  return `${whole}${sign}{0,${maxLength % REPEATS}}`;
}

function listPattern({ items, bounds }: Extract<OptionType, { type: 'list' }>): string | undefined {
  const item = itemPattern(items);
  if (item === undefined) return bounds ? `\\[${ANY}\\],*` : undefined;
  const list = `(${SPACES}${item}${SPACES}(,${SPACES}${item}${SPACES})*)?`;
  return bounds ? `\\[${list}\\],*` : `${list},*`;
}

type Dict = Extract<OptionType, { type: 'dict' }>;

/** Python takes the first text up to a comma that makes a pair; so a key may hold commas. */
function dictPattern({ values, bounds, separator = ':' }: Dict, most: '*' | '?' = '*'): string | undefined {
  // Of a separator with several signs, a key could hold the first.
  if (separator.length > 1) return undefined;
  const sign = NO_COMMA.slice(0, -1).replace(',', /[\]\\^-]/.test(separator) ? `\\${separator}` : separator);
  const key = `${sign}*${sign.replace('[^', '[^\\p{Zs}')}${sign}*`;
  const pair = `${key}${literally(separator)}${SPACES}${itemPattern(values) ?? NO_COMMA}${SPACES}`;
  const pairs = most === '*' ? `(${pair}(,${pair})*)?` : `(${pair})?`;
  return bounds ? `\\{${pairs}\\}` : `${SPACES}${pairs}`;
}

/** The pattern of what stands between commas. */
function itemPattern(type: OptionType): string | undefined {
  // Which quote and which bracket ends an item there, Python finds by trying: what is inside is not checked.
  if (type.type === 'list' && type.bounds) return BRACKETS;
  // In quotes there may be commas.
  if (type.type === 'string' && type.quotes) return `${quoted(NO_COMMA)}?`;
  if (type.type === 'uri') return between(uri(type.schemes, true));
  // The next pair is the next item.
  const pattern = type.type === 'dict' && !type.bounds ? dictPattern(type, '?') : patternOf(type);
  return pattern === undefined ? undefined : between(pattern);
}

/** What an option takes, in words. */
export function expectedOf(type: OptionType): string {
  if (type.checkedBy !== undefined) return 'one line of text';
  switch (type.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'port':
    case 'float':
      return choicesOf(type.choices) ?? `${type.type === 'float' ? 'a number' : 'an integer'}${rangeOf(type)}`;
    case 'range':
      return `a range such as 1-5${rangeOf(type)}`;
    case 'string': {
      if (type.maxLength !== undefined) return `a text of up to ${type.maxLength} characters`;
      const any = type.ignoreCase ? ', in any case' : '';
      const choices = choicesOf(type.choices);
      if (choices !== undefined) return `${choices}${any}`;
      return type.regex === undefined ? 'one line of text' : `a text that matches ${type.regex}`;
    }
    case 'list':
      return `one text with commas, ${type.bounds ? 'in brackets, ' : ''}each item ${expectedOf(type.items)}`;
    case 'dict': {
      const pair = `key${type.separator ?? ':'}value`;
      return `one text such as ${type.bounds ? `{${pair},${pair}}` : `${pair},${pair}`}, each value ${expectedOf(type.values)}`;
    }
    case 'ip-address':
      return `an ${ipOf(type.version)} address`;
    case 'hostname':
      return 'a host name';
    case 'host-address':
    case 'host-domain':
      return `a host name or an ${ipOf(type.version)} address`;
    case 'uri':
      return type.schemes
        ? `a URL that begins with ${type.schemes.join(' or ')}://`
        : 'a URL such as https://host/path';
  }
}

const ipOf = (version?: 4 | 6): string => (version ? `IPv${version}` : 'IP');

function choicesOf(choices?: readonly (string | number | null)[]): string | undefined {
  return (
    choices && `one of ${choices.flatMap((choice) => (choice === null ? [] : [JSON.stringify(choice)])).join(', ')}`
  );
}

function rangeOf({ min, max }: { min?: number | string; max?: number | string }): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? '' : ` of at most ${max}`;
}
