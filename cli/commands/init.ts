import { Command, Option } from 'commander';
import { cloudOf, passwordNamesOf } from '../cloud-options';
import { profiles } from '../profiles';

interface InitOptions {
  readonly profile: string;
  readonly out: string;
}

export function addInit(program: Command): void {
  program
    .command('init')
    .description('Write the files of a new cloud: what to change in it, its schema, its passwords.')
    .addOption(new Option('-p, --profile <name>', 'what it is like').choices(profiles()).default('aio'))
    .option('-o, --out <folder>', 'where to write', '.')
    .action(async ({ profile, out }: InitOptions) => {
      const [{ initCloud }, { editorSchema }, cloud] = await Promise.all([
        import('../init.js'),
        import('../../lib/cloud/index.js'),
        cloudOf(),
      ]);
      const schema = `${JSON.stringify(editorSchema(cloud))}\n`;
      initCloud({ folder: out, profile, schema, passwords: passwordNamesOf(cloud) });
    });
}
