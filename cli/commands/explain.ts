import type { Command } from 'commander';
import { cloudOf } from '../cloud-options';
import { Format, formatOption } from '../format';

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Say what a value of a cloud file means, takes and does; without a path, what there is.')
    .argument('[path]', 'such as keystone.api.replicas, or global.pools.*.role', '')
    .addOption(formatOption())
    .addHelpText(
      'after',
      '\nNames with dots stand in brackets, or as they are:\n  kolla-cdk8s explain \'keystone.conf["keystone.conf"].token.expiration\'\n  kolla-cdk8s explain keystone.conf.keystone.conf.token.expiration',
    )
    .action(async (path: string, { format }: { readonly format: Format }) => {
      const [{ explain }, { explanationText }] = await Promise.all([
        import('../../lib/cloud/index.js'),
        import('../explain.js'),
      ]);
      const explanation = explain(await cloudOf(), path);
      console.log(format === 'json' ? JSON.stringify(explanation, null, 2) : explanationText(explanation));
    });
}
