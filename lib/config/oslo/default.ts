import { isDeepStrictEqual } from 'node:util';
import type { OptionType, OsloOption } from './table';

/** A default, as a person reads it. */
export interface Default {
  /** As a file would have it; a line for each time that the option is given. Missing: none. */
  readonly text?: string;
  /** What the project shows where there is none: `<host name>`, or a value to begin with. */
  readonly sample?: string;
}

export function defaultOf(option: OsloOption): Default {
  const { default: value, sample } = option;
  if (value !== undefined) return { text: textOf(option, value) };
  return sample === undefined ? {} : { sample: textOf(option, sample) };
}

/**
 * Whether a service sees the same where nobody sets the option. A default of another form may be the same text in a
 * file, as `5` and `"5"` are, or one value and a list of it. Two lists are compared by their items.
 */
export function sameDefault(one: OsloOption, other: OsloOption): boolean {
  if (isDeepStrictEqual(one.default, other.default)) return true;
  if (Array.isArray(one.default) && Array.isArray(other.default)) return false;
  return isDeepStrictEqual(defaultOf(one).text, defaultOf(other).text);
}

const textOf = (option: OsloOption, value: unknown): string =>
  option.multi && Array.isArray(value)
    ? value.map((item) => valueText(option, item)).join('\n')
    : valueText(option, value);

function valueText(type: OptionType, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (type.type === 'list' && Array.isArray(value)) {
    const items = value.map((item) => valueText(type.items, item)).join(',');
    return type.bounds ? `[${items}]` : items;
  }
  if (type.type === 'dict' && typeof value === 'object' && !Array.isArray(value)) {
    const pairs = Object.entries(value)
      .map(([key, item]) => `${key}${type.separator ?? ':'}${valueText(type.values, item)}`)
      .join(',');
    return type.bounds ? `{${pairs}}` : pairs;
  }
  // Some projects give a text the default of a list.
  return JSON.stringify(value);
}
