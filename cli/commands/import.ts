import type { Command } from 'commander';
import { cloudOf } from '../cloud-options';
import { withProgress } from '../progress';

interface KollaAnsibleOptions {
  readonly out: string;
  readonly inventory?: string;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('Make a cloud file of what another tool has.')
    .command('kolla-ansible')
    .argument('<folder>', "Kolla-Ansible's configuration: globals.yml, passwords.yml, config/, such as /etc/kolla")
    .description(
      'Write cloud.yaml, its schema, passwords.yaml; say what was not taken over, and why. Overwrites nothing.',
    )
    .option('-o, --out <folder>', 'where to write', '.')
    .option('-i, --inventory <file>', "Ansible's inventory, in INI form: which nodes there are, and what they do")
    .action(async (from: string, { out: to, inventory }: KollaAnsibleOptions) => {
      const lines = await withProgress(async (say) => {
        say('making the services');
        const [{ importKollaAnsible }, { schemaOf }, cloud] = await Promise.all([
          import('../import/index.js'),
          import('../schema-text.js'),
          cloudOf(),
        ]);
        say('making the schema');
        const schema = schemaOf(cloud);
        return importKollaAnsible({ from, to, cloud, schema, say, ...(inventory !== undefined && { inventory }) });
      });
      console.log(lines.join('\n'));
    });
}
