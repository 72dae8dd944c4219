import type { JsonMap } from '../../values/expression';
import type { JsonSchema } from '../../values/json-schema';
import { isMap } from '../../values/merge';
import type { Problem } from '../../values/problem';
import type { Findings, Rule } from '../../values/rules';
import { Change, Place, changesBetween, changesFor } from './changes';
import { checkConf } from './check';
import { editorSchema } from './editor-schema';
import { fileSchema } from './file-schema';
import { meaningOf, namesOf, sectionOf } from './names';
import { typeKey } from './option-schema';
import { FileTable, fileTable, hasTable } from './table';
import { changeWords } from './words';

const rules = new Map<string, OptionsRule>();

/**
 * The rule by which the options in a file of a service are judged, in each of some releases that has a table of it.
 *
 * @param table a project's name and a file of it: `keystone/keystone.conf`
 * @throws Error where no release has such a table
 */
export function osloRule(table: string, releases: readonly string[]): Rule {
  const key = [table, ...releases].join('\0');
  let rule = rules.get(key);
  if (!rule) {
    const [project = '', file = ''] = table.split(/\/(.*)/s);
    const tables = releases.filter((release) => hasTable(release, project));
    if (tables.length === 0) throw new Error(`no release has a table of the options of ${project}`);
    rule = new OptionsRule(tables.map((release) => fileTable(release, project, file)));
    rules.set(key, rule);
  }
  return rule;
}

class OptionsRule implements Rule {
  private made?: Rule['schema'];
  private madeForEditors?: JsonSchema;

  constructor(private readonly tables: readonly FileTable[]) {}

  get schema(): Rule['schema'] {
    return (this.made ??= fileSchema(this.tables));
  }

  get editorSchema(): JsonSchema {
    return (this.madeForEditors ??= editorSchema(this.tables));
  }

  check(conf: JsonMap, release: string | undefined): Findings {
    const own = this.tables.find((table) => table.release === release);
    return own ? this.checkIn(own, conf) : this.checkInAll(conf);
  }

  changes(conf: JsonMap, from: string, to: string): readonly Problem[] {
    const [before, after] = [from, to].map((release) => this.tables.find((table) => table.release === release));
    if (!before || !after) return [];
    const set = Object.entries(conf).flatMap(([section, options]) =>
      Object.keys(isMap(options) ? options : {}).map((name): Place => [section, name]),
    );
    const isSet = (change: Change): boolean => set.some(([s, o]) => s === change.section && o === change.option);
    return [
      ...set
        .flatMap((place) => changesFor(before, after, place))
        .filter(({ kind }) => kind !== 'gone' && kind !== 'default'),
      ...changesBetween(before, after).options.filter((change) => change.kind === 'default' && !isSet(change)),
    ].map((change) => ({ path: [change.section, change.option], message: changeWords(change) }));
  }

  private checkIn(table: FileTable, conf: JsonMap): Findings {
    return checkConf(
      table,
      conf,
      this.tables.filter((other) => other !== table),
    );
  }

  /** What is wrong in every release. Nothing is said of an option of which they take different values. */
  private checkInAll(conf: JsonMap): Findings {
    const [first = [], ...others] = this.tables.map((table) => this.checkIn(table, conf).problems);
    const same = ([section = '', name = '']: readonly (string | number)[]): boolean => {
      const types = this.tables.map((table) => {
        const names = sectionOf(namesOf(table), String(section));
        const meaning = names && meaningOf(names, String(name));
        return meaning && typeKey(meaning.option);
      });
      return new Set(types).size === 1;
    };
    const everywhere = first.filter(({ path }) =>
      others.every((problems) => problems.some((other) => other.path.join('\0') === path.join('\0'))),
    );
    return { problems: everywhere.filter(({ path }) => path.length < 2 || same(path)), warnings: [] };
  }
}
