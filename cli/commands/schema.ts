import type { Command } from 'commander';
import { cloudOf } from '../cloud-options';
import { modeline, writeSchema } from '../schema';

export function addSchema(program: Command): void {
  program
    .command('schema')
    .description('Write the JSON schema of a cloud file, by which an editor completes and checks it.')
    .option('-o, --out <file>', 'where to write (default: standard output)')
    .addHelpText('after', `\nAt the top of a cloud file beside it:\n  ${modeline('cloud.schema.json')}`)
    .action(async ({ out }: { readonly out?: string }) => {
      const { schemaOf } = await import('../schema-text.js');
      const text = schemaOf(await cloudOf());
      if (out === undefined) process.stdout.write(text);
      else console.log(writeSchema(out, text));
    });
}
