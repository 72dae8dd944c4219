import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { OsloOption } from '../../lib/config/oslo/table';
import { optionSchema } from '../../lib/config/oslo/option-schema';
import { printIni } from '../../lib/render/plain/ini';
import type { Json } from '../../lib/values/expression';
import { differenceOf } from './differences';

/** One setting of one option. */
export interface Setting {
  readonly section: string;
  readonly name: string;
  readonly option: OsloOption;
  readonly value: Json;
  /** Where the option is now, if the name is one of old. */
  readonly now?: readonly [section: string, option: string];
}

/** Options for real oslo.config: those of its namespaces, or of types that are told. */
export interface Registered {
  readonly namespaces?: readonly string[];
  /** Sections that take options of keystoneauth's plugins too. */
  readonly authentication?: readonly string[];
  readonly options?: readonly object[];
}

/** The file that our printer makes of a setting. */
export function textOf({ section, name, value }: Setting): string {
  const overrides = { op: 'reference', kind: 'map', root: 'Values', path: ['conf'], owner: 'test' } as const;
  const conf = { [section]: { [name]: value } };
  return printIni({ op: 'ini', kind: 'string', sections: [], overrides: [overrides] }, { Values: { conf } });
}

/** For each setting null where real oslo.config takes it, else what it says. */
export function verdicts(
  python: string,
  registered: Registered,
  settings: readonly Setting[],
): readonly (string | null)[] {
  const cases = settings.map((setting) => {
    const [section, option] = setting.now ?? [setting.section, setting.name];
    return { section, option, text: textOf(setting) };
  });
  const { error, status, stdout, stderr } = spawnSync(python, [join(__dirname, 'verdicts.py')], {
    input: JSON.stringify({ ...registered, cases }),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trimEnd().split('\n').slice(-3).join('\n'));
  return JSON.parse(stdout) as (string | null)[];
}

export interface Comparison {
  /** How many settings both take, and how many both refuse. */
  readonly taken: number;
  readonly refused: number;
  /** How many are judged differently, by the name of the difference. */
  readonly differences: { readonly [name: string]: number };
  /** Judged differently, and nothing in `differences.ts` says why. */
  readonly unexplained: readonly string[];
}

/** Compares our verdict on each setting with that of real oslo.config. */
export function compare(settings: readonly Setting[], theirs: readonly (string | null)[]): Comparison {
  const differences: { [name: string]: number } = {};
  const unexplained: string[] = [];
  let [taken, refused] = [0, 0];
  settings.forEach((setting, i) => {
    const said = theirs[i] ?? null;
    const ours = optionSchema(setting.option).safeParse(setting.value).success;
    if (ours === (said === null)) {
      if (ours) taken += 1;
      else refused += 1;
      return;
    }
    const name = differenceOf({ ...setting, ours, said });
    if (name === undefined) unexplained.push(describe(setting, ours, said));
    else differences[name] = (differences[name] ?? 0) + 1;
  });
  return { taken, refused, differences, unexplained };
}

function describe({ section, name, option, value }: Setting, ours: boolean, said: string | null): string {
  const { help: _, default: __, ...type } = option;
  return `[${section}] ${name} ${JSON.stringify(type)} = ${JSON.stringify(value)}: we ${ours ? 'take' : 'refuse'} it, oslo.config: ${said ?? 'takes it'}`;
}
