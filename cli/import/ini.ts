/** One option of an INI file, as often as it stands there. */
export interface IniOption {
  readonly section: string;
  readonly name: string;
  readonly values: readonly string[];
  /** The line of the last one. */
  readonly line: number;
}

/**
 * The options of an INI file, read as oslo.config does: `=` or `:` after a name, comments only at the beginning of a line,
 * lines that begin with a blank go on with the value before, one pair of quotes around a value is taken off.
 *
 * @param section of what stands before the first section. Default: that is refused
 * @throws Error with file and line
 */
export function parseIni(text: string, file: string, section?: string): IniOption[] {
  const options = new Map<string, { section: string; name: string; values: string[]; line: number }>();
  let last: { values: string[] } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trimEnd();
    const fail = (needed: string): never => {
      throw new Error(`${file}, line ${index + 1}: ${needed} is needed`);
    };
    if (line.trim() === '' || /^[#;]/.test(line)) continue;
    if (/^\s/.test(line)) {
      if (!last) fail('an option above a line that begins with a blank');
      const before = last!.values.pop() ?? '';
      last!.values.push(`${before}${before === '' || before.endsWith(',') ? '' : ' '}${line.trim()}`);
      continue;
    }
    if (line.startsWith('[')) {
      section = /^\[([^\]]+)\]$/.exec(line)?.[1] ?? fail('a section such as [DEFAULT]');
      last = undefined;
      continue;
    }
    const [, name = '', value = ''] = /^([^=:]*)[=:](.*)$/.exec(line) ?? fail('a section or `name = value`');
    if (name.trim() === '') fail('a name before the sign');
    if (section === undefined) return fail('a section such as [DEFAULT] before the first option');
    const key = `${section}\0${name.trim()}`;
    const option = options.get(key) ?? { section, name: name.trim(), values: [], line: 0 };
    option.values.push(value.trim());
    option.line = index + 1;
    options.set(key, option);
    last = option;
  }
  return [...options.values()].map((option) => ({ ...option, values: option.values.map(withoutQuotes) }));
}

const withoutQuotes = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
