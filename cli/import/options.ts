import { checkConf, fileTable } from '../../lib/config/oslo';
import { meaningOf, namesOf, sectionOf } from '../../lib/config/oslo/names';
import type { FileTable, OsloOption } from '../../lib/config/oslo/table';
import type { Json } from '../../lib/values/expression';

/** What is to be done with an option of an INI file. */
export type Verdict =
  | { readonly is: 'taken'; readonly value: Json }
  /** No table has it. */
  | { readonly is: 'unknown'; readonly value: Json; readonly message: string }
  | { readonly is: 'refused'; readonly message: string }
  | { readonly is: 'secret' };

/** The options that a file of a service takes in a release. */
export const tableOf = (release: string, table: string): FileTable => {
  const [project = '', file = ''] = table.split('/');
  return fileTable(release, project, file);
};

/** Judges what an INI file says of an option, and gives it the form that values have. */
export function judge(table: FileTable, section: string, name: string, values: readonly string[]): Verdict {
  const found = sectionOf(namesOf(table), section);
  const meaning = found && meaningOf(found, name);
  if (!meaning) {
    const raw = values.length > 1 ? [...values] : values[0]!;
    return { is: 'unknown', value: raw, message: messageOf(table, section, name, raw) ?? 'is not known' };
  }
  if (meaning.option.secret) return { is: 'secret' };
  const value = typed(meaning.option, values);
  const message = messageOf(table, section, name, value);
  return message === undefined ? { is: 'taken', value } : { is: 'refused', message };
}

const messageOf = (table: FileTable, section: string, name: string, value: Json): string | undefined =>
  checkConf(table, { [section]: { [name]: value } }).problems[0]?.message;

function typed(option: OsloOption, values: readonly string[]): Json {
  if (option.multi) return values.map((value) => one(option, value));
  // The last line of several is the one that counts.
  return one(option, values.at(-1)!);
}

function one({ type }: OsloOption, text: string): Json {
  if (type === 'boolean')
    return /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : text;
  const isNumber = type === 'integer' || type === 'port' || type === 'float';
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
