import fc from 'fast-check';
import { fileTable } from '../../lib/config/oslo';
import { meaningOf, namesOf, sectionOf } from '../../lib/config/oslo/names';
import { optionSchema, typeKey } from '../../lib/config/oslo/option-schema';
import { isPolicyRule, namesOf as rulesOf, policyTable } from '../../lib/config/policy';
import { RELEASES } from '../../lib/kolla/releases';
import type { Json, JsonMap } from '../../lib/values/expression';
import type { JsonSchema } from '../../lib/values/json-schema';
import { isMap, mergeLayers } from '../../lib/values/merge';
import { settingsOf } from '../oslo/settings';

/** Text that YAML, Go templates, INI files or URLs trip over. */
const nasty = [
  ...['', ' ', 'yes', 'no', 'null', '~', '0755', '1e3', '1_000', '1:30', '0x1F', '-', '=', 'true', '2026.1', '.5'],
  ...[
    '{{ .Values.x }}',
    '{{',
    '}}',
    '{{- end }}',
    '"',
    "'",
    '\\',
    '\\n',
    '# x',
    'a: b',
    '- a',
    '%s %d',
    '%!',
    '<no value',
    'no value>',
  ],
  ...[
    'é',
    '日本',
    '😀',
    '<&>',
    '$HOME',
    '$(X)',
    '${y}',
    '@ini:keystone_database_password@',
    ' lead',
    'trail ',
    '|',
    '>',
  ],
  ...['@', '`', '\u00a0', '!x', '*x', '&x', '[x]', '{x}', 'a,b', 'a=b', '[DEFAULT]', ';x', 'x\ty', '\u200b', '\ue000'],
];
/** Text that no value may be: it breaks a line, or Helm's YAML does not bring it back. */
const forbidden = [
  'a <no value> b',
  'a\nb',
  'a\n[DEFAULT]\nx = y',
  '\r',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u0000',
  '\ufffe',
];

const someText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).filter((s) => !/\p{Surrogate}/u.test(s)) },
);

/** Helm's toYaml leaves `<<` bare. As a value it is a text to all parsers; ours refuses it anywhere, for it could be a key. */
const anyText = someText.filter((s) => s !== '<<');

/** Keys that the manifests and files set themselves, and keys that an object's prototype has. */
const takenKeys = fc.constantFrom(
  ...[
    'app.kubernetes.io/name',
    'checksum/keystone.conf',
    'DEFAULT',
    'database',
    'connection',
    'token',
    'cpu',
    'memory',
  ],
  ...['constructor', 'toString', 'hasOwnProperty', 'uwsgi', 'http-socket', 'a.b/c', 'x'],
);

/** Values that a schema accepts; what may be left out sometimes is. */
export function validValues(schema: JsonSchema): fc.Arbitrary<Json> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(validValues));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.rule !== undefined) {
    const unchecked = validValues(schema.properties!.unchecked!);
    if (isPolicyRule(schema.rule))
      return policy(schema.rule, validValues(schema.additionalProperties as JsonSchema), unchecked);
    return options(schema.rule, unchecked);
  }
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integer(schema);
    case 'number':
      return fc.oneof(
        fc.integer({ min: -1000, max: 1000 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(positiveZero),
      );
    case 'string':
      return text(schema);
    case 'array':
      return fc.array(validValues(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case 'object':
      return object(schema);
    default:
      throw new Error(`no values for ${JSON.stringify(schema)}`);
  }
}

const positiveZero = (x: number): number => (Object.is(x, -0) ? 0 : x);

function integer({ minimum = -1e6, maximum = 1e7 }: JsonSchema): fc.Arbitrary<number> {
  const [min, max] = [Math.max(minimum, -1e9), Math.min(maximum, 1e7)];
  return fc.oneof(fc.integer({ min, max: Math.min(max, min + 5) }), fc.integer({ min, max }));
}

/** One for all texts that are alike: to make one for a pattern takes a while, and charts have hundreds. */
const texts = new Map<string, fc.Arbitrary<string>>();
function text(schema: JsonSchema): fc.Arbitrary<string> {
  const { pattern, minLength, not } = schema;
  const key = JSON.stringify([pattern, minLength, not]);
  const known = texts.get(key) ?? makeText(schema);
  texts.set(key, known);
  return known;
}

function makeText({ pattern, minLength = 0, not }: JsonSchema): fc.Arbitrary<string> {
  const inside = new RegExp(pattern ?? '', 'u');
  const fits = { test: (s: string) => inside.test(s) && !(not?.pattern && new RegExp(not.pattern, 'u').test(s)) };
  const free = anyText.filter((s) => s.length >= minLength && fits.test(s));
  if (pattern === undefined || pattern.includes('\\p{')) {
    // A password with a least length is none of ours by chance.
    const least = /\{(\d+),\}\$$/.exec(pattern ?? '')?.[1];
    if (least) return anyText.map((s) => `${s}${'x'.repeat(Number(least))}`).filter((s) => fits.test(s));
    const lines = /\\t\\n|\\n/.test(pattern ?? '')
      ? fc.array(anyText, { maxLength: 4 }).map((a) => `x${a.join('\n')}\n`)
      : anyText;
    return fc.oneof(
      free,
      lines.filter((s) => s.length >= minLength && fits.test(s)),
    );
  }
  // Without the flag: fast-check makes text for classes of plain characters, and such are all our other patterns.
  return fc.stringMatching(new RegExp(pattern), { size: 'small' }).filter((s) => fits.test(s));
}

function object(schema: JsonSchema): fc.Arbitrary<Json> {
  if (typeof schema.additionalProperties === 'object') {
    const names = schema.propertyNames ?? { type: 'string' };
    const fits = new RegExp(names.pattern ?? '', 'u');
    const allowed = names.enum?.filter((x): x is string => typeof x === 'string');
    const keys = allowed
      ? fc.constantFrom(...allowed)
      : fc
          .oneof(
            takenKeys.filter((k) => fits.test(k)),
            text(names),
          )
          .filter((k) => k !== '' && k !== '__proto__');
    return fc.dictionary(keys, validValues(schema.additionalProperties), { maxKeys: 3, noNullPrototype: true });
  }
  const children = Object.entries(schema.properties ?? {}).map(([key, child]) => [key, validValues(child)] as const);
  // Of many, a few: over a hundred passwords would only slow everything down.
  const some = children.length > 40 ? fc.subarray(children, { maxLength: 8 }) : fc.constant(children);
  return some.chain((chosen) => {
    const members: Record<string, fc.Arbitrary<Json>> = Object.fromEntries(chosen);
    return fc.record(members, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonMap>;
  });
}

/** Options that a service takes in all releases, and some that are not checked. */
function options(table: string, unchecked: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const [first, ...others] = RELEASES.map((release) => {
    const [project = '', file = ''] = table.split('/');
    return namesOf(fileTable(release, project, file));
  });
  const known = [...first!.sections].flatMap(([section, names]) =>
    [...names.options].flatMap(([name, { option }]) => {
      const meanings = others.map((other) => {
        const there = sectionOf(other, section);
        return there && meaningOf(there, name)?.option;
      });
      const same = meanings.every((other) => other && typeKey(other) === typeKey(option));
      return same ? [{ section, name, option }] : [];
    }),
  );
  const setting = fc.constantFrom(...known).chain(({ section, name, option }) =>
    settingsOf(option)
      .filter((value) => optionSchema(option).safeParse(value).success)
      .map((value) => ({ [section]: { [name]: value } })),
  );
  const settings = fc.array(setting, { maxLength: 4 }).map((all) => all.reduce<JsonMap>(mergeLayers, {}));
  return withUnchecked(settings, unchecked);
}

function withUnchecked(checked: fc.Arbitrary<JsonMap>, unchecked: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const door = fc.option(unchecked, { freq: 3 });
  return fc.tuple(checked, door).map(([of, more]) => (more === null ? of : { ...of, unchecked: more }));
}

/** Rules that a service has in all releases, and some that are not checked, of the same names now and then. */
function policy(rule: string, check: fc.Arbitrary<Json>, unchecked: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const project = rule.split('/')[0]!;
  const [first = [], ...others] = RELEASES.map((release) => rulesOf(policyTable(release, project)));
  const names = fc.constantFrom(...first.filter((name) => others.every((other) => other.includes(name))));
  const checks = fc.oneof(check, fc.constantFrom('@', 'role:reader and not (rule:owner or "x":%(y)s)'));
  const rules = fc.dictionary(names, checks, { maxKeys: 4, noNullPrototype: true });
  return withUnchecked(rules, fc.oneof(unchecked, rules));
}

/** Something that is wrong almost anywhere. */
const wrong: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, 'three', -1, 0.5, 1e300, 70000, {}, [], { a: 1 }, ['x'], '', 'Sometimes', 'a b/c'),
  fc.constantFrom<Json>(...forbidden),
);

/** Values in which one place, at any depth, is replaced by something else, or has a key beside it that nobody knows. */
export const spoiled = (values: fc.Arbitrary<JsonMap>): fc.Arbitrary<JsonMap> =>
  fc
    .tuple(values, fc.nat(), wrong, fc.constantFrom('replace', 'replace', 'add', 'misspell', 'blank'))
    .map(([map, n, bad, how]) => {
      const places = placesIn(map, []);
      const place = places[n % places.length]!;
      const copy = structuredClone(map);
      const parent = place
        .slice(0, -1)
        .reduce<Json>((at, key) => (Array.isArray(at) ? at[Number(key)]! : (at as JsonMap)[key]!), copy);
      const key = place.at(-1)!;
      if (Array.isArray(parent)) parent[Number(key)] = bad;
      else if (how === 'replace') (parent as JsonMap)[key] = bad;
      else (parent as JsonMap)[how === 'add' ? 'replica' : how === 'blank' ? ` ${key}` : `${key}s`] = bad;
      return copy;
    });

/** The path of every place in some values. */
export function placesIn(value: Json, path: readonly string[]): string[][] {
  const below = Array.isArray(value)
    ? value.flatMap((item, i) => placesIn(item, [...path, String(i)]))
    : isMap(value)
      ? Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))
      : [];
  return path.length > 0 ? [[...path], ...below] : below;
}

/** Values with some of them given as `--set` or `--set-string` instead. */
export const withSets = (values: fc.Arbitrary<JsonMap>) =>
  fc.tuple(values, fc.infiniteStream(fc.nat(9))).map(([map, choices]) => {
    const copy = structuredClone(map);
    const set: string[] = [];
    const setString: string[] = [];
    for (const place of placesIn(copy, [])) {
      const key = place.at(-1)!;
      const parent = place.slice(0, -1).reduce<Json | undefined>((at, k) => (isMap(at) ? at[k] : undefined), copy);
      if (!isMap(parent) || !Object.hasOwn(parent, key)) continue;
      const value = parent[key]!;
      const choice = choices.next().value ?? 9;
      if (choice > 2 || typeof value === 'object') continue;
      const path = place.map((k) => k.replace(/[.,=[\]{}\\]/g, '\\$&')).join('.');
      const raw = String(value).replace(/[,\\{}]/g, '\\$&');
      // What --set refuses: an integer that is not exact.
      if (/^[-+]?\d{16,}$/.test(raw)) continue;
      if (/[\0\r\n]/.test(raw) || place.some((k) => k === '')) continue;
      (choice === 0 && typeof value === 'string' ? setString : set).push(`${path}=${raw}`);
      delete parent[key];
    }
    return { values: copy, set, setString };
  });
