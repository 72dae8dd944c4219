import type { Command } from 'commander';
import type { Cloud, CloudProps, Source } from '../lib/cloud';
import { PasswordName, isPasswordName } from '../lib/kolla/passwords';
import type { JsonMap } from '../lib/values/expression';

/** The values of a cloud, as a command line gives them. */
export interface ValuesOptions {
  readonly cloud?: readonly string[];
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
}

/** For an option that may be given several times. Without a default, which the help would show as `[]`. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Lets a command be given the values of a cloud as Helm is. */
export const withValues = (command: Command): Command =>
  command
    .option('-c, --cloud <file>', 'values file; may be given several times, the later wins', collect)
    .option('--set <key=value>', 'set a value, typed as helm --set does', collect)
    .option('--set-string <key=value>', 'set a value to a text', collect)
    .configureOutput({ outputError: (text, write) => write(withHint(text, command.args)) });

/** What commander says of the arguments, with what was meant where values files are given in another way. */
function withHint(text: string, args: readonly string[]): string {
  const meant = /^error: unknown option '(?:-f|--values)'/.test(text)
    ? '-c' // Helm's
    : text.startsWith('error: too many arguments')
      ? args.map((file) => `-c ${file}`).join(' ')
      : undefined;
  return meant === undefined ? text : `${text}(Did you mean ${meant}?)\n`;
}

/** All of them in one, and what set them. */
export interface GivenValues {
  readonly values: JsonMap;
  readonly sources: readonly Source[];
}

export async function valuesOf({ cloud = [], set = [], setString = [] }: ValuesOptions): Promise<GivenValues> {
  const [{ argumentSource, readValuesFile, setValues }, { mergeLayers }] = await Promise.all([
    import('../lib/cloud/index.js'),
    import('../lib/values/merge.js'),
  ]);
  const files = cloud.map(readValuesFile);
  const read = files.map(({ values }) => values).reduce(mergeLayers, {});
  const given = [
    ...set.map((argument) => ({ option: '--set', typed: true, argument })),
    ...setString.map((argument) => ({ option: '--set-string', typed: false, argument })),
  ];
  return {
    values: given.reduce((values, { argument, typed }) => setValues(argument, typed, values), read),
    sources: [
      ...files,
      ...given.map(({ option, typed, argument }) => argumentSource(option, setValues(argument, typed))),
    ],
  };
}

/** Does something with values; what is wrong with them is told with where it is set. */
export async function withPlaces<T>(sources: readonly Source[], use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const { withPlaces: placed } = await import('../lib/cloud/index.js');
    throw placed(error, sources);
  }
}

/** A cloud of all services. */
export async function cloudOf(props: CloudProps = {}): Promise<Cloud> {
  const [{ Cloud }, { catalogue }] = await Promise.all([
    import('../lib/cloud/index.js'),
    import('../services/index.js'),
  ]);
  const cloud = new Cloud(props);
  for (const Service of Object.values(catalogue)) new Service(cloud);
  return cloud;
}

/** The passwords that a cloud needs. */
export const passwordNamesOf = ({ services }: Cloud): PasswordName[] =>
  [...new Set(services.flatMap(({ passwordNames }) => passwordNames))].filter(isPasswordName);
