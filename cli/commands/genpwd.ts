import { Command, Option } from 'commander';
import type { Form } from '../print-passwords';
import { ValuesOptions, cloudOf, passwordNamesOf, valuesOf, withPlaces, withValues } from '../cloud-options';

interface GenpwdOptions extends ValuesOptions {
  readonly file: string;
  readonly from?: string;
  readonly print?: Form;
}

const FORMS = ['json', 'secret'] satisfies Form[];

export function addGenpwd(program: Command): void {
  withValues(program.command('genpwd'))
    .description('Write the passwords that the services need to a file; what is there is never changed.')
    .option('-f, --file <file>', 'the file, a Helm values file', 'passwords.yaml')
    .option('--from <file>', 'take over what is in a Kolla-Ansible passwords.yml')
    .addOption(
      new Option('--print <form>', 'then print all of them: one object, or a Secret that pods can read').choices(FORMS),
    )
    .addHelpText(
      'after',
      '\nOf a cloud with values (-c, --set), those that it needs and lacks; else those of all services.',
    )
    .action(async (options: GenpwdOptions) => {
      const { file, from, print: form } = options;
      const [{ genpwd }, { names, given }] = await Promise.all([import('../genpwd.js'), passwordsFor(options)]);
      const print = form ? console.error : console.log;
      genpwd({ file, names, print, ...(from !== undefined && { from }) });
      if (given.length > 0) print(`to be given by you, if they are not there yet:\n  ${given.join('\n  ')}`);
      if (!form) return;
      const { printedPasswords } = await import('../print-passwords.js');
      console.log(printedPasswords(file, form));
    });
}

/** The names of those to make, and the paths of those that only the user can give. */
async function passwordsFor(options: ValuesOptions) {
  const { values, sources } = await valuesOf(options);
  const cloud = await cloudOf({ values: [values] });
  if (sources.length === 0) return { names: passwordNamesOf(cloud), given: [] };
  const [{ lackingPasswords }, { pathOf }] = await Promise.all([
    import('../../lib/cloud/passwords.js'),
    import('../../lib/values/expression.js'),
  ]);
  const { names, given } = await withPlaces(sources, () => lackingPasswords(cloud.findings()));
  return { names, given: given.map(({ path }) => pathOf(path)) };
}
