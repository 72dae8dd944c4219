import type { Command } from 'commander';
import { cloudOf } from '../cloud-options';

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
    .description('Write cloud.yaml and passwords.yaml; say what was not taken over, and why. Overwrites nothing.')
    .option('-o, --out <folder>', 'where to write', '.')
    .option('-i, --inventory <file>', "Ansible's inventory, in INI form: which nodes there are, and what they do")
    .action(async (from: string, { out: to, inventory }: KollaAnsibleOptions) => {
      const [{ importKollaAnsible }, cloud] = await Promise.all([import('../import/index.js'), cloudOf()]);
      const lines = importKollaAnsible({ from, to, cloud, ...(inventory !== undefined && { inventory }) });
      console.log(lines.join('\n'));
    });
}
