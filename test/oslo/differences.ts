import { optionSchema } from '../../lib/config/oslo/option-schema';
import { spanning } from '../../lib/config/oslo/python-pattern';
import { Meaning, meaningOf, namesOf, sectionOf } from '../../lib/config/oslo/names';
import type { FileTable, OptionType, OsloOption } from '../../lib/config/oslo/table';
import type { Json } from '../../lib/values/expression';
import { readPlugins } from '../../tools/oslo-options/data';
import { NAMED, REGISTERED } from '../../tools/oslo-options/declared';
import type { Release } from '../../tools/oslo-options/projects';

/** A setting that we judge otherwise than oslo.config. */
export interface Judged {
  readonly table: FileTable;
  readonly section: string;
  readonly option: OsloOption;
  readonly value: Json;
  /** Whether we take it. */
  readonly ours: boolean;
  /** What oslo.config says against it. */
  readonly said: string | null;
}

/** A name that we know and another judge does not, or the other way about. */
export interface JudgedName {
  readonly table: FileTable;
  readonly section: string;
  readonly name: string;
  /** Whether we know it. */
  readonly ours: boolean;
  readonly by: string;
}

/** What is said against a setting that no option reads. */
export const UNREAD = 'no option reads it';

interface Difference<Of> {
  readonly name: string;
  readonly why: string;
  readonly holds: (judged: Of) => boolean;
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
export const DIFFERENCES: readonly Difference<Judged>[] = [
  {
    name: 'an option of another kind of section',
    why: 'of which kind a section with a name of the operator is, other options say: a volume backend, a fabric',
    holds: ({ table, section, ours, said }) => ours && said === UNREAD && !namesOf(table).sections.has(section),
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
    name: 'a pattern that names letters or digits',
    why: 'to Python they are those of all scripts',
    holds: ({ option, value, ours }) =>
      !ours &&
      typesIn(option).some((type) => type.type === 'string' && /\\[wd]/.test(type.regex ?? '')) &&
      someText(value, /[^\p{ASCII}]/u),
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
    name: 'quotes inside a list',
    why: 'which quote ends an item, oslo.config finds by trying',
    holds: ({ option, ours, said }) =>
      ours &&
      insideTypes(option).some((type) => type.type === 'string' && type.quotes) &&
      /Non-closed quote/.test(said ?? ''),
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

/** A name as a file has it: up to the sign behind it, without the spaces around it; in a comment there is none. */
const printed = (name: string): string => name.replace(/[=:].*|^[#;].*/s, '').trim();

const meaning = (table: FileTable, section: string, name: string): Meaning | undefined => {
  const names = sectionOf(namesOf(table), section);
  return names && meaningOf(names, name);
};

/** Whether keystoneauth's plugins bring an option, which a file takes in sections with `auth_type`. */
function isOfPlugin({ table, section, name }: JudgedName): boolean {
  const { common, plugins } = readPlugins(table.release as Release);
  const now = meaning(table, section, name)?.now?.[1] ?? name;
  return (
    meaning(table, section, 'auth_type') !== undefined &&
    [common, ...Object.values(plugins)].some((options) => Object.hasOwn(options, now))
  );
}

/** Names of sections that are declared to take the options of others. */
const LIKE_OTHERS = new Set(
  Object.values(NAMED)
    .flat()
    .flatMap(({ names }) => (Array.isArray(names) ? names : [])),
);

/** Sections whose options a function registers once they are needed. */
const LATER = new Set(Object.values(REGISTERED).flatMap((of) => Object.keys(of)));

const VALIDATOR = 'oslo-config-validator';

/** All names that we know and others do not, or the other way about, and why. The first one that holds is the reason. */
export const NAME_DIFFERENCES: readonly Difference<JudgedName>[] = [
  {
    name: 'a name that its line does not keep',
    why: 'the file would have another name or none: it ends before = or :, has no spaces around it, and # is a comment',
    holds: ({ name, ours }) => !ours && printed(name) !== name,
  },
  {
    name: 'where any service looks for its files',
    why: 'the charts say that',
    holds: ({ section, name, ours }) =>
      !ours && section === 'DEFAULT' && ['config_source', 'shell_completion'].includes(name),
  },
  {
    name: 'a section in another case',
    why: 'to oslo.config it is the same one, and would stand in the file twice; its validator does not know it either',
    holds: ({ table, section, name, ours, by }) =>
      !ours &&
      by !== VALIDATOR &&
      section !== section.toLowerCase() &&
      meaning(table, section.toLowerCase(), name) !== undefined,
  },
  {
    name: 'a name with dashes',
    why: 'only a command line has it; the validator knows it, and no service reads it in a file',
    holds: ({ table, section, name, ours, by }) =>
      !ours && by === VALIDATOR && meaning(table, section, name.replaceAll('-', '_')) !== undefined,
  },
  {
    name: 'a former name with dashes',
    why: 'each has a twin with underscores, as all other names',
    holds: ({ table, section, name, ours, by }) =>
      !ours &&
      by !== VALIDATOR &&
      name.includes('-') &&
      meaning(table, section, name.replaceAll('-', '_')) !== undefined,
  },
  {
    name: 'any name in [keystone_authtoken]',
    why: 'the validator does not look there',
    holds: ({ section, ours, by }) => !ours && by === VALIDATOR && section === 'keystone_authtoken',
  },
  {
    name: 'an option that no namespace lists',
    why: 'the code of the project registers it, when it is imported or later; tools/oslo-options finds or declares it',
    holds: ({ table, section, name, ours, by }) =>
      ours && by === VALIDATOR && (meaning(table, section, name)?.option.by !== undefined || LATER.has(section)),
  },
  {
    name: "an option of keystoneauth's plugins",
    why: 'the one that auth_type names brings it; namespaces list those of some',
    holds: (judged) => judged.ours && judged.by === VALIDATOR && isOfPlugin(judged),
  },
  {
    name: 'a section with a name of the operator',
    why: 'which ones there are, another option says; the validator is told to pass over them',
    holds: ({ table, section, ours }) => ours && !namesOf(table).sections.has(section),
  },
  {
    name: 'a section with the options of others',
    why: 'the code of the project registers them there',
    holds: ({ section, ours, by }) => ours && by === VALIDATOR && LIKE_OTHERS.has(section),
  },
  {
    name: 'an option with a name of the operator',
    why: 'which ones there are, another option says',
    holds: ({ table, section, name, ours }) => ours && !namesOf(table).sections.get(section)?.options.has(name),
  },
];

/** Why another judge does not know a name as we do. */
export const nameDifferenceOf = (judged: JudgedName): string | undefined =>
  NAME_DIFFERENCES.find(({ holds }) => holds(judged))?.name;
