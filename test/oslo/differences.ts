import { optionSchema } from '../../lib/config/oslo/option-schema';
import { spanning } from '../../lib/config/oslo/python-pattern';
import type { OptionType, OsloOption } from '../../lib/config/oslo/table';
import type { Json } from '../../lib/values/expression';

/** A setting that we judge otherwise than oslo.config. */
export interface Judged {
  readonly option: OsloOption;
  readonly value: Json;
  /** Whether we take it. */
  readonly ours: boolean;
  /** What oslo.config says against it. */
  readonly said: string | null;
}

interface Difference {
  readonly name: string;
  readonly why: string;
  readonly holds: (judged: Judged) => boolean;
}

const texts = (value: Json): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
const someText = (value: Json, test: RegExp): boolean => texts(value).some((text) => test.test(text));
const someItem = (value: Json, test: (item: Json) => boolean): boolean =>
  (Array.isArray(value) ? value : [value]).some(test);
const NUMERIC = ['integer', 'float', 'port'];

/** The type, and those of what it holds. */
function typesIn(type: OptionType): readonly OptionType[] {
  if (type.type === 'list') return [type, ...typesIn(type.items)];
  return type.type === 'dict' ? [type, ...typesIn(type.values)] : [type];
}

const insideTypes = (type: OptionType): readonly OptionType[] => typesIn(type).slice(1);

/** What oslo.config makes of a text before it looks at it. */
function cleaned(text: string): string {
  const inner = text.replace(/^\p{Zs}+|\p{Zs}+$/gu, '');
  return /^["']/.test(inner) && inner.startsWith(inner.at(-1)!) ? inner.slice(1, -1) : inner;
}

const clean = (value: Json): Json => {
  if (typeof value === 'string') return cleaned(value);
  return Array.isArray(value) ? value.map(clean) : value;
};

/** All that we judge otherwise than oslo.config, and why. The first one that holds is the reason. */
export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'an option that no namespace lists',
    why: 'the code of the project registers it when it is imported; the table says in which file',
    holds: ({ option, said }) => option.by !== undefined && /^NoSuch(Opt|Group)Error/.test(said ?? ''),
  },
  {
    name: 'a map',
    why: 'no option takes a YAML map; oslo.config would see its JSON',
    holds: ({ value, ours }) => !ours && someItem(value, (item) => typeof item === 'object' && !Array.isArray(item)),
  },
  {
    name: 'a list for an option that is given once',
    why: 'it would be printed as several lines, of which oslo.config reads the last',
    holds: ({ option, value, ours }) =>
      !ours && (Array.isArray(value) ? !option.multi || value.some((item) => Array.isArray(item)) : false),
  },
  {
    name: 'a number as a text',
    why: 'numbers are written as numbers, as everywhere in the charts; in a text, oslo.config also takes 1_000',
    holds: ({ option, value, ours }) => !ours && NUMERIC.includes(option.type) && someText(value, /\p{Nd}|inf|nan/iu),
  },
  {
    name: 'a number or a boolean for a text',
    why: 'it is put in quotes: 5.0 would be printed as 5, and 010 and yes as what YAML makes of them',
    holds: ({ option, value, ours }) =>
      !ours &&
      !['boolean', 'range', ...NUMERIC].includes(option.type) &&
      someItem(value, (item) => typeof item === 'number' || typeof item === 'boolean'),
  },
  {
    name: 'an integer beyond 2^53',
    why: 'a values file has no such number',
    holds: ({ value, ours }) =>
      !ours && someItem(value, (item) => typeof item === 'number' && Math.abs(item) > 2 ** 53 - 1),
  },
  {
    name: 'what Helm does not keep',
    why: 'controls, separators of lines and <no value> are refused in all values',
    holds: ({ value, ours }) => !ours && someText(value, /[\p{Cc}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]|<no value>/u),
  },
  {
    name: 'spaces or quotes around a text',
    why: 'oslo.config takes them off; we look at the text as it stands',
    holds: ({ option, value, said }) =>
      JSON.stringify(clean(value)) !== JSON.stringify(value) &&
      (optionSchema(option).safeParse(clean(value)).success === (said === null) ||
        // A number, or what only looks like a list or a dict.
        NUMERIC.includes(option.type)),
  },
  {
    name: 'a text that refers to other options',
    why: 'which options there are, and what they hold, is known when the service runs',
    holds: ({ value, ours }) => ours && someText(value, /[$]/),
  },
  {
    name: 'a type with code of its own',
    why: 'no schema can say what that does',
    holds: ({ option }) => typesIn(option).some((type) => type.checkedBy !== undefined),
  },
  {
    name: 'a pattern that RE2 does not have',
    why: 'Helm could not check it',
    holds: ({ option, ours }) =>
      ours &&
      typesIn(option).some(
        (type) =>
          type.type === 'string' && type.regex !== undefined && (type.ignoreCase ?? spanning(type.regex) === undefined),
      ),
  },
  {
    name: 'limits of numbers in a list, a dict or a range',
    why: 'they stand in a text, of which only the form is checked',
    holds: ({ option, ours }) =>
      ours &&
      [...insideTypes(option), ...(option.type === 'range' ? [option] : [])].some(
        (type) => 'min' in type || 'max' in type || type.type === 'port',
      ),
  },
  {
    name: 'forms of numbers in a list or a dict',
    why: 'Python takes 1_000 and the digits of all scripts',
    holds: ({ option, value, ours }) =>
      !ours && insideTypes(option).some((type) => NUMERIC.includes(type.type)) && someText(value, /_|[^\p{ASCII}]/u),
  },
  {
    name: 'a list in a dict, or a dict in a list',
    why: 'which comma and which bracket ends an item, oslo.config finds by trying',
    holds: ({ option, ours }) => ours && typesIn(option).length > 2,
  },
  {
    name: 'a key twice in a dict',
    why: 'a pattern cannot compare',
    holds: ({ option, ours, said }) => ours && option.type === 'dict' && /Duplicate key/.test(said ?? ''),
  },
  {
    name: 'a host name of more than 253 characters, or 63 between dots',
    why: 'the pattern would be long, and dear in each chart',
    holds: ({ value, ours }) => ours && someText(value, /^.{254,}$|[^.]{64,}/u),
  },
  {
    name: 'more characters than allowed, where the form is checked too',
    why: 'one pattern cannot do both',
    holds: ({ option, ours, said }) =>
      ours && (option.type === 'uri' || 'regex' in option) && /exceeds maximum length/.test(said ?? ''),
  },
  {
    name: 'a URL with an IPv4 address beyond 255',
    why: 'to RFC 3986 it may be a name, and only rfc3986 thinks again',
    holds: ({ option, value, ours }) =>
      ours && typesIn(option).some(({ type }) => type === 'uri') && someText(value, /[0-9]{3}\./),
  },
];

/** Why we judge a setting otherwise than oslo.config does. */
export const differenceOf = (judged: Judged): string | undefined =>
  DIFFERENCES.find(({ holds }) => holds(judged))?.name;
