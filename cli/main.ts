#!/usr/bin/env node
import '../lib/cloud/short-run';
import { Command, Option } from 'commander';
import type { Cloud, CloudProps } from '../lib/cloud';
import { RELEASES } from '../lib/kolla/image';
import { isPasswordName } from '../lib/kolla/passwords';
import type { JsonMap } from '../lib/values/expression';
import { mergeLayers } from '../lib/values/merge';
import { VERSION } from '../lib/version';
import { modeline, writeSchema } from './schema';

const DESCRIPTION = 'OpenStack from Kolla images, as plain manifests and as Helm charts that give the same.';

/** The values of a cloud. */
interface ValuesOptions {
  readonly cloud?: string[];
  readonly set?: string[];
  readonly setString?: string[];
}

interface ValidateOptions extends ValuesOptions {
  readonly targetRelease?: string;
}

interface SynthOptions extends ValuesOptions {
  readonly out: string;
  readonly name: string;
  readonly namespace: string;
}

/** Without a default, which the help would show as `[]`. */
const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** A command that is given the values of a cloud as Helm is. */
const valuesCommand = (name: string): Command =>
  program
    .command(name)
    .option('-c, --cloud <file>', 'values file; may be given several times, the later wins', collect)
    .option('--set <key=value>', 'set a value, typed as helm --set does', collect)
    .option('--set-string <key=value>', 'set a value to a text', collect);

async function valuesOf({ cloud: files = [], set = [], setString = [] }: ValuesOptions): Promise<JsonMap> {
  const { readValues, setValues } = await import('../lib/cloud/index.js');
  const read = files.map((file) => readValues(file)).reduce(mergeLayers, {});
  const typed = set.reduce((values, argument) => setValues(argument, true, values), read);
  return setString.reduce((values, argument) => setValues(argument, false, values), typed);
}

/** A cloud of all services. */
async function cloudOf(props: CloudProps = {}): Promise<Cloud> {
  const [{ Cloud }, { catalogue }] = await Promise.all([
    import('../lib/cloud/index.js'),
    import('../services/index.js'),
  ]);
  const cloud = new Cloud(props);
  for (const Service of Object.values(catalogue)) new Service(cloud);
  return cloud;
}

const program = new Command('kolla-cdk8s')
  .description(DESCRIPTION)
  .version(VERSION)
  .showHelpAfterError()
  .showSuggestionAfterError();

valuesCommand('synth')
  .description('Write manifests, charts and the chart repository of a cloud.')
  .option('-o, --out <folder>', 'where to write', 'charts-out')
  .option('--name <release>', "Helm's release name", 'openstack')
  .option('-n, --namespace <namespace>', 'the namespace', 'openstack')
  .action(async (options: SynthOptions) => {
    const { summaryOf } = await import('../lib/cloud/index.js');
    const { out, name, namespace } = options;
    const cloud = await cloudOf({ outdir: out, values: [await valuesOf(options)], name, namespace });
    console.log(summaryOf(cloud, cloud.synth()));
  });

valuesCommand('validate')
  .description('Say all that is wrong with the values of a cloud, and what to look at. Writes nothing.')
  .addOption(new Option('--target-release <release>', 'say also what another release makes of them').choices(RELEASES))
  .action(async (options: ValidateOptions) => {
    const { assertNone, remarksOn, upgradeRemarks } = await import('../lib/cloud/index.js');
    const cloud = await cloudOf({ values: [await valuesOf(options)] });
    const findings = cloud.findings();
    assertNone(findings.problems);
    console.log(['the values are valid', ...remarksOn(findings)].join('\n'));
    const { targetRelease } = options;
    if (targetRelease === undefined) return;
    const upgrade = cloud.upgrade(targetRelease);
    const remarks = upgradeRemarks(upgrade);
    console.log([`in OpenStack ${targetRelease}:${remarks.length === 0 ? ' the same' : ''}`, ...remarks].join('\n'));
    if (upgrade.problems.length > 0) process.exitCode = 1;
  });

program
  .command('schema')
  .description('Write the JSON schema of a cloud file, by which an editor completes and checks it.')
  .option('-o, --out <file>', 'where to write (default: standard output)')
  .addHelpText('after', `\nAt the top of a cloud file beside it:\n  ${modeline('cloud.schema.json')}`)
  .action(async ({ out }: { readonly out?: string }) => {
    const { editorSchema } = await import('../lib/cloud/index.js');
    const text = `${JSON.stringify(editorSchema(await cloudOf()))}\n`;
    if (out === undefined) process.stdout.write(text);
    else console.log(writeSchema(out, text));
  });

program
  .command('genpwd')
  .description('Write the passwords that the services need to a file; what is there is never changed.')
  .option('-f, --file <file>', 'the file, a Helm values file', 'passwords.yaml')
  .option('--from <file>', 'take over what is in a Kolla-Ansible passwords.yml')
  .action(async (options: { readonly file: string; readonly from?: string }) => {
    const [{ genpwd }, cloud] = await Promise.all([import('./genpwd.js'), cloudOf()]);
    const names = [...new Set(cloud.services.flatMap((service) => service.passwordNames))].filter(isPasswordName);
    genpwd({ file: options.file, names, ...(options.from !== undefined && { from: options.from }) });
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
