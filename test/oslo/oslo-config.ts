import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { checkConf } from '../../lib/config/oslo';
import type { FileTable, OptionType, OsloOption } from '../../lib/config/oslo/table';
import { printIni } from '../../lib/render/plain/ini';
import type { Json } from '../../lib/values/expression';
import { UNREAD, differenceOf, nameDifferenceOf } from './differences';

/** A section and a name in it, whether it takes the name or not. */
export interface Name {
  readonly section: string;
  readonly name: string;
}

/** One setting of one option. */
export interface Setting extends Name {
  readonly option: OsloOption;
  readonly value: Json;
}

/** An option that is told to oslo.config. */
export type ToldOption = OptionType & { readonly section: string; readonly name: string; readonly multi?: true };

/** A file for real oslo.config: what it takes, and texts of it with one setting each. */
export interface File {
  readonly namespaces?: readonly string[];
  /** Sections that take options of keystoneauth's plugins too. */
  readonly authentication?: readonly string[];
  readonly options?: readonly ToldOption[];
  /** By section, those whose options it takes too. */
  readonly alike?: { readonly [section: string]: readonly string[] };
  readonly texts: readonly string[];
}

/** What `verdicts.py` is asked. */
export interface Request {
  /** Whose code registers more than namespaces list. */
  readonly package?: string;
  /** The same, of what its functions register once they are called. */
  readonly registered?: object;
  readonly files: readonly File[];
}

/** What is said of one text. */
export interface Verdict {
  /** Whether any option of oslo.config reads the setting, and what those that do say against it. */
  readonly read: boolean;
  readonly said: string | null;
  /** Whether oslo-config-validator has nothing against it. */
  readonly listed: boolean;
}

/** The text of a file with one setting, as our printer makes it. */
export function textOf({ section, name }: Name, value: Json): string {
  const overrides = { op: 'reference', kind: 'map', root: 'Values', path: ['conf'], owner: 'test' } as const;
  const conf = { [section]: { [name]: value } };
  return printIni({ op: 'ini', kind: 'string', sections: [], overrides: [overrides] }, { Values: { conf } });
}

/** What real oslo.config says: for each file, of each text. */
export function verdicts(python: string, request: Request): readonly (readonly Verdict[])[] {
  const { error, status, stdout, stderr } = spawnSync(python, [join(__dirname, 'verdicts.py')], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', PYTHONPYCACHEPREFIX: join(dirname(python), '..', 'pycache') },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr.trimEnd().split('\n').slice(-3).join('\n'));
  return JSON.parse(stdout) as Verdict[][];
}

export interface Comparison {
  /** How many both take, and how many both refuse. */
  readonly taken: number;
  readonly refused: number;
  /** How many are judged differently, by the name of the difference. */
  readonly differences: { readonly [name: string]: number };
  /** Judged differently, and nothing in `differences.ts` says why. */
  readonly unexplained: readonly string[];
}

/** A setting that nothing reads is as good as refused. */
const saidOf = ({ read, said }: Verdict): string | null => said ?? (read ? null : UNREAD);

const takes = (table: FileTable, { section, name }: Name, value: Json): boolean =>
  checkConf(table, { [section]: { [name]: value } }).problems.length === 0;

/** Compares our verdict on each setting with that of real oslo.config. */
export function compare(table: FileTable, settings: readonly Setting[], theirs: readonly Verdict[]): Comparison {
  return counted(
    settings.map((setting, i) => {
      const said = saidOf(theirs[i]!);
      const ours = takes(table, setting, setting.value);
      const difference = () => differenceOf({ table, ...setting, ours, said });
      return { ours, theirs: said === null, difference, words: () => describe(table, setting, ours, said) };
    }),
  );
}

/** What an option of any type takes, so that its name alone is judged: a reference. */
export const ANY_VALUE = '$debug';

/** Compares which names we know with those that real oslo.config reads and those that its validator knows. */
export function compareNames(table: FileTable, names: readonly Name[], theirs: readonly Verdict[]): Comparison {
  return counted(
    names.flatMap((name, i) => {
      const { read, listed } = theirs[i]!;
      const ours = takes(table, name, ANY_VALUE);
      const judges = { 'oslo.config': read, 'oslo-config-validator': listed };
      return Object.entries(judges).map(([by, knows]) => ({
        ours,
        theirs: knows,
        difference: () => nameDifferenceOf({ table, ...name, ours, by }),
        words: () =>
          `${table.file} ${JSON.stringify(name)}: we ${ours ? 'know' : 'refuse'} it, ${by} ${knows ? 'does' : 'does not'}`,
      }));
    }),
  );
}

interface Judged {
  readonly ours: boolean;
  readonly theirs: boolean;
  /** Why they differ. */
  readonly difference: () => string | undefined;
  readonly words: () => string;
}

function counted(judged: readonly Judged[]): Comparison {
  const differences: { [name: string]: number } = {};
  const unexplained: string[] = [];
  let [taken, refused] = [0, 0];
  for (const { ours, theirs, difference, words } of judged) {
    if (ours === theirs) {
      if (ours) taken += 1;
      else refused += 1;
      continue;
    }
    const name = difference();
    if (name === undefined) unexplained.push(words());
    else differences[name] = (differences[name] ?? 0) + 1;
  }
  return { taken, refused, differences, unexplained };
}

/** Of several files. */
export function sum(all: readonly Comparison[]): Comparison {
  const differences: { [name: string]: number } = {};
  for (const [name, count] of all.flatMap((of) => Object.entries(of.differences))) {
    differences[name] = (differences[name] ?? 0) + count;
  }
  return {
    taken: all.reduce((total, { taken }) => total + taken, 0),
    refused: all.reduce((total, { refused }) => total + refused, 0),
    differences,
    unexplained: all.flatMap(({ unexplained }) => unexplained),
  };
}

function describe(table: FileTable, setting: Setting, ours: boolean, said: string | null): string {
  const { section, name, option, value } = setting;
  const { help: _, default: __, ...type } = option;
  return `${table.file} [${section}] ${name} ${JSON.stringify(type)} = ${JSON.stringify(value)}: we ${ours ? 'take' : 'refuse'} it, oslo.config: ${said ?? 'takes it'}`;
}
