#!/usr/bin/env node
import { Command } from 'commander';
import { isPasswordName } from '../lib/kolla/passwords';
import { mergeLayers } from '../lib/values/merge';
import { VERSION } from '../lib/version';

const DESCRIPTION = 'OpenStack from Kolla images, as plain manifests and as Helm charts that give the same.';

interface SynthOptions {
  readonly cloud?: string[];
  readonly set?: string[];
  readonly setString?: string[];
  readonly out: string;
  readonly name: string;
  readonly namespace: string;
}

/** Without a default, which the help would show as `[]`. */
const collect = (value: string, before: string[] = []): string[] => [...before, value];

const program = new Command('kolla-cdk8s')
  .description(DESCRIPTION)
  .version(VERSION)
  .showHelpAfterError()
  .showSuggestionAfterError();

program
  .command('synth')
  .description('Write manifests, charts and the chart repository of a cloud.')
  .option('-c, --cloud <file>', 'values file; may be given several times, the later wins', collect)
  .option('--set <key=value>', 'set a value, typed as helm --set does', collect)
  .option('--set-string <key=value>', 'set a value to a text', collect)
  .option('-o, --out <folder>', 'where to write', 'charts-out')
  .option('--name <release>', "Helm's release name", 'openstack')
  .option('-n, --namespace <namespace>', 'the namespace', 'openstack')
  .action(async (options: SynthOptions) => {
    const { Cloud, readValues, setValues, summaryOf } = await import('../lib/cloud/index.js');
    const { catalogue } = await import('../services/index.js');
    const { cloud: files = [], set = [], setString = [], out, name, namespace } = options;
    let values = files.map((file) => readValues(file)).reduce(mergeLayers, {});
    for (const argument of set) values = setValues(argument, true, values);
    for (const argument of setString) values = setValues(argument, false, values);
    const cloud = new Cloud({ outdir: out, values: [values], name, namespace });
    for (const Service of Object.values(catalogue)) new Service(cloud);
    console.log(summaryOf(cloud, cloud.synth()));
  });

program
  .command('genpwd')
  .description('Write the passwords that the services need to a file; what is there is never changed.')
  .option('-f, --file <file>', 'the file, a Helm values file', 'passwords.yaml')
  .option('--from <file>', 'take over what is in a Kolla-Ansible passwords.yml')
  .action(async (options: { readonly file: string; readonly from?: string }) => {
    const [{ genpwd }, { Cloud }, { catalogue }] = await Promise.all([
      import('./genpwd.js'),
      import('../lib/cloud/index.js'),
      import('../services/index.js'),
    ]);
    const cloud = new Cloud();
    for (const Service of Object.values(catalogue)) new Service(cloud);
    const names = [...new Set(cloud.services.flatMap((service) => service.passwordNames))].filter(isPasswordName);
    genpwd({ file: options.file, names, ...(options.from !== undefined && { from: options.from }) });
  });

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
