import { Ini, Json } from '../../values/expression';
import { isMap } from '../../values/merge';
import { Environment, evaluate, holds, sortedKeys, textOf } from './expression';

/**
 * Prints an INI file: the user's options over ours, sections and options sorted, an option with several values one
 * line each, no section without options. `helm/ini.ts` holds its twin.
 */
export function printIni(ini: Ini, env: Environment): string {
  const sections = new Map<string, Map<string, Json>>();
  const optionsOf = (section: string): Map<string, Json> => {
    const options = sections.get(section) ?? new Map<string, Json>();
    sections.set(section, options);
    return options;
  };
  for (const section of ini.sections) {
    for (const { name, values, test } of section.options) {
      if (test && !holds(test, env)) continue;
      const all = values.map((value) => evaluate(value, env));
      optionsOf(section.name).set(name, all.length === 1 ? all[0]! : all);
    }
  }
  for (const overrides of ini.overrides.map((map) => evaluate(map, env))) {
    for (const [section, options] of Object.entries(isMap(overrides) ? overrides : {})) {
      for (const [option, value] of Object.entries(isMap(options) ? options : {}))
        optionsOf(section).set(option, value);
    }
  }
  return sortedKeys(Object.fromEntries(sections))
    .filter((section) => optionsOf(section).size > 0)
    .map((section) => printSection(section, optionsOf(section)))
    .join('\n');
}

function printSection(section: string, options: ReadonlyMap<string, Json>): string {
  const lines = sortedKeys(Object.fromEntries(options)).flatMap((option) => {
    const value = options.get(option)!;
    return (Array.isArray(value) ? value : [value]).map((one) => `${option} = ${textOf(one)}\n`);
  });
  return `[${section}]\n${lines.join('')}`;
}
