import { z } from 'zod';
import { Expression, IniSection } from '../values/expression';
import { line, text } from '../values/types';
import { Value, When, expressionOf, isWhen } from '../values/value';
import { ConfigFile, ConfigFileProps, FileOwner } from './config-file';

type Scalar = string | number | boolean;
type Option = Scalar | Value<Scalar> | Value<string> | Value<number> | Value<boolean>;

/** Sections and options. A list gives one line each; `when(test, value)` an option that is not always there. */
export interface IniSections {
  readonly [section: string]: { readonly [option: string]: Option | readonly Option[] | When<Option> | undefined };
}

/** What a user may set in an INI file: any option of any section, over ours. */
export type IniOverrides = Record<string, Record<string, Scalar | Scalar[]>>;

/** No line break, bracket or sign that would make another section or option of it. */
const sectionName = () => text('^[A-Za-z0-9_]([A-Za-z0-9_ .:@/-]*[A-Za-z0-9_])?$', 'the name of a section');
const optionName = () => text('^[A-Za-z0-9_]([A-Za-z0-9_ .:/-]*[A-Za-z0-9_])?$', 'the name of an option');
const scalar = () => z.union([line(), z.number(), z.boolean()]);

/** The values declaration of a user's options: section, option, value or list of values. */
export const iniOverrides = () =>
  z
    .record(sectionName(), z.record(optionName(), z.union([line(), z.number(), z.boolean(), z.array(scalar())])))
    .default({})
    .describe('Options over ours: section, option, value. A list gives the option once for each of its items.');

export interface IniFileProps extends ConfigFileProps {
  readonly sections: IniSections;
  /** The user's options, over ours one by one. */
  readonly overrides?: Value<IniOverrides>;
}

/** An INI file such as oslo.config reads. */
export class IniFile extends ConfigFile {
  constructor(scope: FileOwner, name: string, props: IniFileProps) {
    const sections = Object.entries(props.sections).map(([section, options]) => iniSection(section, options));
    if (!sections.some((s) => s.options.some((option) => !option.test))) {
      throw new Error(`${scope.node.path}/${name}: an INI file needs an option that is always there`);
    }
    const ini: Expression = {
      op: 'ini',
      kind: 'string',
      sections,
      ...(props.overrides && { overrides: props.overrides.expression }),
    };
    super(scope, name, ini, 'ini', props);
  }
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
