import type { Command } from 'commander';
import type { Cloud, CloudProps } from '../lib/cloud';
import type { JsonMap } from '../lib/values/expression';

/** The values of a cloud, as a command line gives them. */
export interface ValuesOptions {
  readonly cloud?: string[];
  readonly set?: string[];
  readonly setString?: string[];
}

/** Without a default, which the help would show as `[]`. */
const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Lets a command be given the values of a cloud as Helm is. */
export const withValues = (command: Command): Command =>
  command
    .option('-c, --cloud <file>', 'values file; may be given several times, the later wins', collect)
    .option('--set <key=value>', 'set a value, typed as helm --set does', collect)
    .option('--set-string <key=value>', 'set a value to a text', collect);

/** All of them in one. */
export async function valuesOf({ cloud: files = [], set = [], setString = [] }: ValuesOptions): Promise<JsonMap> {
  const [{ readValues, setValues }, { mergeLayers }] = await Promise.all([
    import('../lib/cloud/index.js'),
    import('../lib/values/merge.js'),
  ]);
  const read = files.map((file) => readValues(file)).reduce(mergeLayers, {});
  const typed = set.reduce((values, argument) => setValues(argument, true, values), read);
  return setString.reduce((values, argument) => setValues(argument, false, values), typed);
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
