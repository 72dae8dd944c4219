import { Command, Option } from 'commander';
import { cloudOf } from '../cloud-options';
import { fileOfProfile, profiles } from '../profiles';

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
      const [{ initCloud }, { readValues }, { lackingPasswords }, { schemaOf }] = await Promise.all([
        import('../init.js'),
        import('../../lib/cloud/index.js'),
        import('../../lib/cloud/passwords.js'),
        import('../schema-text.js'),
      ]);
      const cloud = await cloudOf({ values: [readValues(fileOfProfile(profile))] });
      const { names } = lackingPasswords(cloud.findings());
      initCloud({ folder: out, profile, schema: schemaOf(cloud), passwords: names });
    });
}
