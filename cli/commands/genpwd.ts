import type { Command } from 'commander';
import { cloudOf, passwordNamesOf } from '../cloud-options';

export function addGenpwd(program: Command): void {
  program
    .command('genpwd')
    .description('Write the passwords that the services need to a file; what is there is never changed.')
    .option('-f, --file <file>', 'the file, a Helm values file', 'passwords.yaml')
    .option('--from <file>', 'take over what is in a Kolla-Ansible passwords.yml')
    .action(async ({ file, from }: { readonly file: string; readonly from?: string }) => {
      const [{ genpwd }, cloud] = await Promise.all([import('../genpwd.js'), cloudOf()]);
      genpwd({ file, names: passwordNamesOf(cloud), ...(from !== undefined && { from }) });
    });
}
