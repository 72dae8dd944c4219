import { z } from 'zod';
import type { OsloFiles } from '../../data/oslo/options';
import { Expression, IniSection } from '../values/expression';
import { line, text } from '../values/types';
import { Value, When, expressionOf, isWhen } from '../values/value';
import { ConfigFile, ConfigFileProps, FileOwner } from './config-file';
import { UNCHECKED } from './unchecked';

type Scalar = string | number | boolean;
type Option = Scalar | Value<Scalar> | Value<string> | Value<number> | Value<boolean>;

/** Sections and options. A list gives one line each; `when(test, value)` an option that is not always there. */
export interface IniSections {
  readonly [section: string]: { readonly [option: string]: Option | readonly Option[] | When<Option> | undefined };
}

/** The options of a section that a service's table knows, in any release. */
type OsloOptions<T> = { readonly [O in keyof T]?: Setting<T[O]> };
type Setting<T> = T | Value<T> | When<T | Value<T>> | undefined;

/** The sections and options of a file of OpenStack's that its table knows; of any other file, any. */
export type SectionsOf<F> = F extends keyof OsloFiles
  ? { readonly [S in keyof OsloFiles[F]]?: OsloOptions<OsloFiles[F][S]> }
  : IniSections;

declare const TABLE: unique symbol;

/** What a user sets in a file whose table is known: the types say which. */
export interface OsloOverrides<F> {
  readonly [section: string]: unknown;
  readonly [TABLE]?: F;
}

/** What a user may set in an INI file: any option of any section, over ours. */
export type IniOverrides = Record<string, Record<string, Scalar | Scalar[]>>;

/** No line break, bracket or sign that would make another section or option of it. */
const sectionName = () => text('^[A-Za-z0-9_]([A-Za-z0-9_ .:@/-]*[A-Za-z0-9_])?$', 'the name of a section');
const optionName = () => text('^[A-Za-z0-9_]([A-Za-z0-9_ .:/-]*[A-Za-z0-9_])?$', 'the name of an option');
const scalar = () => z.union([line(), z.number(), z.boolean()]);
const optionValue = () => z.union([line(), z.number(), z.boolean(), z.array(scalar())]);

/** The values declaration of a user's options: section, option, value or list of values. */
export const iniOverrides = () =>
  z
    .record(sectionName(), z.record(optionName(), optionValue()))
    .default({})
    .describe('Options over ours: section, option, value. A list gives the option once for each of its items.');

/**
 * The values declaration of a user's options of an OpenStack service: those of the service's own table, and under
 * `unchecked` any.
 *
 * @param table a project's name and a file of it: `keystone/keystone.conf`
 */
export const osloOptions = <F extends keyof OsloFiles>(table: F) =>
  z
    .object({ [UNCHECKED]: z.record(sectionName(), z.record(optionName(), optionValue())).optional() })
    .catchall(z.record(optionName(), optionValue()))
    .default({})
    .meta({ rule: table })
    .describe(
      "Options over ours: section, option, value. They are checked against the service's own; `unchecked` takes others,\n" +
        'in the same form. A list gives the option once for each of its items.',
    ) as unknown as z.ZodType<OsloOverrides<F>, OsloOverrides<F> | undefined>;

export interface IniFileProps<F = unknown> extends ConfigFileProps {
  /** Of an OpenStack service those that its table knows: see `overrides`. */
  readonly sections: SectionsOf<F>;
  /** More sections of such a file: those whose names are free, such as backends and stores. */
  readonly named?: IniSections;
  /** The user's options, over ours one by one: what `iniOverrides` or `osloOptions` has declared. */
  readonly overrides?: Value<OsloOverrides<F>>;
  /** Those of a pool of nodes, over these. */
  readonly poolOverrides?: Value<OsloOverrides<F>>;
}

/** An INI file such as oslo.config reads. */
export class IniFile<F = unknown> extends ConfigFile {
  constructor(scope: FileOwner, name: string, props: IniFileProps<F>) {
    const all = { ...(props.sections as IniSections), ...props.named };
    const sections = Object.entries(all).map(([section, options]) => iniSection(section, options));
    if (!sections.some((s) => s.options.some((option) => !option.test))) {
      throw new Error(`${scope.node.path}/${name}: an INI file needs an option that is always there`);
    }
    const ini: Expression = {
      op: 'ini',
      kind: 'string',
      sections,
      overrides: [...overridesOf(props.overrides), ...overridesOf(props.poolOverrides)],
    };
    super(scope, name, ini, 'ini', props);
  }
}

/** The user's options, and those that are not checked over them. */
function overridesOf(options: Value<unknown> | undefined): Expression[] {
  if (!options) return [];
  const { expression, schema } = options;
  if (expression.op !== 'reference' || !schema?.properties?.[UNCHECKED]) return [expression];
  return [
    { op: 'without', kind: 'map', argument: expression, keys: [UNCHECKED] },
    { ...expression, path: [...expression.path, UNCHECKED], optional: true },
  ];
}

function iniSection(name: string, options: IniSections[string]): IniSection {
  return {
    name,
    options: Object.entries(options).flatMap(([option, value]) => {
      if (value === undefined) return [];
      if (isWhen(value)) {
        if (value.otherwise !== undefined) return [{ name: option, values: [expressionOf(value)] }];
        return [{ name: option, values: [expressionOf(value.then)], test: value.test }];
      }
      const values = Array.isArray(value) ? value : [value];
      return [{ name: option, values: values.map(expressionOf) }];
    }),
  };
}
