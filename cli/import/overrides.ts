import { readYamlMap } from './folder';
import type { Override } from './folder';
import { policyTable, namesOf } from '../../lib/config/policy';
import { UNCHECKED } from '../../lib/config';
import type { Json } from '../../lib/values/expression';
import type { Draft } from './draft';
import { IniOption, parseIni } from './ini';
import { Verdict, judge, tableOf } from './options';
import { MAIN, OTHER_FILES, OWN_VALUES, Place, isOfPlace, placeOf } from './places';
import { Unresolved, Variables, textOf } from './variables';

/** What overrides are put into. */
export interface Into {
  readonly draft: Draft;
  readonly variables: Variables;
  readonly release: string;
  /** Pools of nodes that run servers. */
  readonly computes: readonly string[];
}

const SECRET = 'a password: config files hold none, and the charts know those that they need';

/** Takes over what is below `config/`: that of all services first, then that of a service, then that of its processes. */
export function mapOverrides(overrides: readonly Override[], into: Into): void {
  const depth = ({ path }: Override): number => (path === 'global.conf' ? 0 : path.split('/').length);
  for (const override of [...overrides].sort((a, b) => depth(a) - depth(b))) mapOverride(override, into);
}

function mapOverride({ path, text }: Override, into: Into): void {
  const { draft } = into;
  const note = (why: string): void => draft.note('overrides', `config/${path}`, why);
  const [service = '', second = '', third] = path.split('/');
  const isHere = Object.hasOwn(MAIN, service);
  if (isHere && third === undefined && /^policy\.(ya?ml|json)$/.test(second))
    return mapPolicy(service, path, text, into);
  if (path === 'nova/vendordata.json') return draft.put(['nova', 'files', 'vendordata.json'], text, `config/${path}`);
  if (path === 'glance/property-protections-rules.conf') return mapProtections(path, text, into);
  const place = placeOf(path);
  if (!place && path !== 'global.conf') {
    const other = OTHER_FILES.find(([pattern]) => pattern.test(path));
    if (other) return note(other[1]);
    if (isHere && third !== undefined && (placeOf(third) ?? placeOf(`${service}/${third}`)) !== undefined) {
      return note(`is of one host, ${second}: make a pool of it; files that differ there: \`${service}.pools.<pool>\``);
    }
    return note(isHere ? 'is a file that the charts do not have' : 'is of a service that is not here');
  }
  // Of `{% if %}` only Ansible knows which lines are there.
  const control = text.split('\n').findIndex((line) => /\{%/.test(line));
  if (control >= 0) return note(`line ${control + 1} has a statement of Ansible ({% … %}): write out what it comes to`);
  const options = parseIni(text, `config/${path}`, place?.service === 'rabbitmq' ? '' : undefined);
  for (const option of options) {
    if (isOfPlace(option.section, option.name)) {
      draft.note('overrides', titleOf(option, path), 'follows from where a process runs: the charts set it');
    } else if (place) mapOption(option, place, path, into);
    else mapGlobal(option, path, into);
  }
}

/** The values of an option without templates. */
function resolved(option: IniOption, path: string, { variables, draft }: Into): string[] | undefined {
  try {
    return option.values.map((value) => textOf(variables.resolve(value)));
  } catch (error) {
    if (!(error instanceof Unresolved)) throw error;
    draft.note('overrides', titleOf(option, path), error.message);
    return undefined;
  }
}

const titleOf = ({ section, name, line }: IniOption, path: string): string =>
  `config/${path}:${line} ${section === '' ? '' : `[${section}] `}${name}`;

function mapOption(option: IniOption, place: Place, path: string, into: Into): void {
  const { draft, release } = into;
  const { section, name } = option;
  const of = titleOf(option, path);
  const from = `config/${path}`;
  const table = place.table === undefined ? undefined : tableOf(release, place.table);
  if (table && judge(table, section, name, option.values).is === 'secret') return draft.note('overrides', of, SECRET);
  const values = resolved(option, path, into);
  if (values === undefined) return;
  const last = values.at(-1)!;
  if (place.service === 'rabbitmq') return draft.put(['rabbitmq', 'conf', place.file, name], last, from);
  const ownValue = OWN_VALUES[`${place.file} ${section} ${name}`];
  if (ownValue && !place.computes) return draft.put(ownValue.path, ownValue.as(last), `${from} [${section}] ${name}`);
  const verdict: Verdict = table ? judge(table, section, name, values) : { is: 'taken', value: last };
  if (verdict.is === 'secret') return;
  if (verdict.is === 'refused') return draft.note('overrides', of, verdict.message);
  if (verdict.is === 'unknown') draft.note('toDo', of, `${verdict.message}; it stands under \`${UNCHECKED}\``);
  const inFile = verdict.is === 'unknown' ? [UNCHECKED, section, name] : [section, name];
  for (const top of topsOf(place, into)) {
    const before = draft.get([...top, ...inFile]);
    const isOther =
      path.includes('/') && before !== undefined && JSON.stringify(before) !== JSON.stringify(verdict.value);
    if (isOther)
      draft.note('toDo', of, `was ${JSON.stringify(before)} for other processes of ${place.service}: now all have it`);
    draft.put([...top, ...inFile], verdict.value, from);
  }
}

const topsOf = ({ service, file, computes }: Place, into: Into): string[][] =>
  computes ? into.computes.map((pool) => [service, 'pools', pool, file]) : [[service, 'conf', file]];

/** An option of all services goes to those that have it. */
function mapGlobal(option: IniOption, path: string, into: Into): void {
  const { draft, release } = into;
  const { section, name } = option;
  const of = titleOf(option, path);
  const values = resolved(option, path, into);
  if (values === undefined) return;
  const verdicts = Object.entries(MAIN).map(
    ([service, file]) => [service, file, judge(tableOf(release, `${service}/${file}`), section, name, values)] as const,
  );
  const taken = verdicts.flatMap(([service, file, verdict]) =>
    verdict.is === 'taken' ? [{ service, file, value: verdict.value }] : [],
  );
  for (const { service, file, value } of taken)
    draft.put([service, 'conf', file, section, name], value, `config/${path}`);
  if (taken.length > 0) return;
  const refused = verdicts.map(([, , verdict]) => verdict).find(({ is }) => is === 'refused' || is === 'secret');
  const why =
    refused?.is === 'refused'
      ? refused.message
      : refused
        ? 'a password: config files hold none'
        : 'no service that is here knows it';
  draft.note('overrides', of, why);
}

function mapPolicy(service: string, path: string, text: string, { draft, release }: Into): void {
  const known = new Set(namesOf(policyTable(release, service)));
  for (const { name, value } of readYamlMap(text, `config/${path}`)) {
    const rule: Json = value;
    if (typeof rule !== 'string')
      draft.note('overrides', `config/${path} ${name}`, 'found no text, a check string is needed');
    else if (known.has(name)) draft.put([service, 'policy', name], rule, `config/${path}`);
    else {
      draft.put([service, 'policy', UNCHECKED, name], rule, `config/${path}`);
      draft.note(
        'toDo',
        `config/${path} ${name}`,
        `is no rule of ${service} ${release}; it stands under \`${UNCHECKED}\``,
      );
    }
  }
}

function mapProtections(path: string, text: string, { draft, variables }: Into): void {
  if (!variables.flag('glance_enable_property_protection', false)) {
    return draft.note('overrides', `config/${path}`, 'glance_enable_property_protection is off');
  }
  draft.put(['glance', 'files', 'property-protections-rules.conf'], text.trim(), `config/${path}`);
}
