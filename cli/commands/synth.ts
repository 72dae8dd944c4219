import type { Command } from 'commander';
import { ValuesOptions, cloudOf, valuesOf, withPlaces, withValues } from '../cloud-options';

interface SynthOptions extends ValuesOptions {
  readonly out: string;
  readonly name: string;
  readonly namespace: string;
}

export function addSynth(program: Command): void {
  withValues(program.command('synth'))
    .description('Write manifests, charts and the chart repository of a cloud.')
    .option('-o, --out <folder>', 'where to write', 'charts-out')
    .option('--name <release>', "Helm's release name", 'openstack')
    .option('-n, --namespace <namespace>', 'the namespace', 'openstack')
    .action(async (options: SynthOptions) => {
      const { summaryOf } = await import('../../lib/cloud/index.js');
      const { out, name, namespace } = options;
      const { values, sources } = await valuesOf(options);
      const cloud = await cloudOf({ outdir: out, values: [values], name, namespace });
      console.log(await withPlaces(sources, () => summaryOf(cloud, cloud.synth())));
    });
}
