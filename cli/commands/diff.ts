import { Command, Option } from 'commander';
import type { KubernetesObject } from '../../lib/diff';
import { cloudOf, valuesOf, withPlaces } from '../cloud-options';
import { Format, formatOption } from '../format';

interface DiffOptions {
  readonly format: Format;
  readonly markdown?: true;
  readonly name: string;
  readonly namespace: string;
}

/** How the command ends where Kubernetes would refuse something, or a release goes too early. */
const REFUSED = 2;

export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('Say what changes between two states of a cloud, which pods roll, and what Kubernetes will refuse.')
    .argument('<before>', 'a folder that synth wrote, any folder or file of Kubernetes YAML, or a cloud file')
    .argument('<after>', 'the same; several values files of a cloud are joined by commas: cloud.yaml,passwords.yaml')
    .addOption(formatOption())
    .addOption(new Option('--markdown', 'write a comment for a pull request').conflicts('format'))
    .option('--name <release>', "Helm's release name, of a cloud file", 'openstack')
    .option('-n, --namespace <namespace>', 'the namespace, of a cloud file', 'openstack')
    .addHelpText(
      'after',
      `\nEnds with 0, with ${REFUSED} where something would be refused, with 1 where an input cannot be read.`,
    )
    .action(async (before: string, after: string, options: DiffOptions) => {
      const [{ readSide }, { forecast, isRefused }, { textOf }, { markdownOf }] = await Promise.all([
        import('../diff/read.js'),
        import('../../lib/diff/index.js'),
        import('../diff/text.js'),
        import('../diff/markdown.js'),
      ]);
      const { name, namespace, format, markdown } = options;
      const render = async (files: readonly string[]): Promise<KubernetesObject[]> => {
        const { values, sources } = await valuesOf({ cloud: files });
        const cloud = await cloudOf({ values: [values], name, namespace });
        return withPlaces(sources, () => cloud.render().map(({ object }) => object));
      };
      const [old, fresh] = [await readSide(before, render), await readSide(after, render)];
      const found = forecast(old, fresh);
      const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
      if (format === 'json') console.log(JSON.stringify(found, null, 2));
      else console.log(markdown ? markdownOf(found) : textOf(found, colours));
      if (isRefused(found)) process.exitCode = REFUSED;
    });
}
