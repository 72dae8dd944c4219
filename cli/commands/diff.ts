import { Command, Option } from 'commander';
import type { Forecast, KubernetesObject } from '../../lib/diff';
import { cloudOf, valuesOf, withPlaces } from '../cloud-options';
import type { Login } from '../diff/kubectl';
import { Format, formatOption } from '../format';
import { Say, withProgress } from '../progress';

interface DiffOptions extends Login {
  readonly cluster?: true;
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
    .usage('[options] <before> <after>\n       kolla-cdk8s diff [options] --cluster <after>')
    .argument(
      '[states...]',
      'a folder that synth wrote, any folder or file of Kubernetes YAML, or a cloud file; ' +
        'several values files of a cloud are joined by commas: cloud.yaml,passwords.yaml',
    )
    .option('--cluster', 'compare with what a cluster has, which kubectl reads; nothing is changed there')
    .option('--context <context>', "with --cluster: the context of kubectl's configuration")
    .option('--kubeconfig <file>', "with --cluster: kubectl's configuration")
    .addOption(formatOption())
    .addOption(new Option('--markdown', 'write a comment for a pull request').conflicts('format'))
    .option('--name <release>', "Helm's release name, of a cloud file and in the cluster", 'openstack')
    .option('-n, --namespace <namespace>', 'the namespace, of a cloud file and of the cluster', 'openstack')
    .addHelpText(
      'after',
      `\nEnds with 0, with ${REFUSED} where something would be refused, with 1 where an input cannot be read.`,
    )
    .action(async (states: readonly string[], options: DiffOptions) => {
      assertStates(states, options);
      const [{ isRefused }, { textOf }, { markdownOf }] = await Promise.all([
        import('../../lib/diff/index.js'),
        import('../diff/text.js'),
        import('../diff/markdown.js'),
      ]);
      const { format, markdown } = options;
      const found = await withProgress((say) => forecastOf(states, options, say));
      const colours = program.configureOutput().getOutHasColors?.() ?? false;
      if (format === 'json') console.log(JSON.stringify(found, null, 2));
      else console.log(markdown ? markdownOf(found) : textOf(found, colours));
      if (isRefused(found)) process.exitCode = REFUSED;
    });
}

function assertStates(states: readonly string[], { cluster, context, kubeconfig }: DiffOptions): void {
  const count = `found ${states.length} ${states.length === 1 ? 'state' : 'states'}`;
  if (cluster && states.length !== 1) {
    throw new Error(`${count}; with --cluster, type the one that is to come: kolla-cdk8s diff --cluster AFTER`);
  }
  if (!cluster && (context ?? kubeconfig) !== undefined) {
    throw new Error(`${context === undefined ? '--kubeconfig' : '--context'} is for --cluster alone`);
  }
  if (!cluster && states.length !== 2) {
    throw new Error(
      `${count}; type two, kolla-cdk8s diff BEFORE AFTER, or compare one with a cluster: kolla-cdk8s diff --cluster AFTER`,
    );
  }
}

async function forecastOf(states: readonly string[], options: DiffOptions, say: Say): Promise<Forecast> {
  const [{ readSide }, { forecast }] = await Promise.all([
    import('../diff/read.js'),
    import('../../lib/diff/index.js'),
  ]);
  const { name, namespace } = options;
  const render = async (files: readonly string[]): Promise<KubernetesObject[]> => {
    const { values, sources } = await valuesOf({ cloud: files });
    const cloud = await cloudOf({ values: [values], name, namespace });
    return withPlaces(sources, () => cloud.render().map(({ object }) => object));
  };
  const sides: KubernetesObject[][] = [];
  for (const state of states) {
    say(`reading ${state}`);
    sides.push(await readSide(state, render));
  }
  const [first = [], second] = sides;
  if (second !== undefined) return forecast(first, second);

  const [{ readCluster }, { kubectlOf }, { kindsOf }] = await Promise.all([
    import('../diff/cluster.js'),
    import('../diff/kubectl.js'),
    import('../diff/kinds.js'),
  ]);
  say(`reading the cluster's namespace ${namespace}`);
  const kinds = kindsOf(await cloudOf());
  const { live, after, refusals, notes } = await readCluster(first, { name, namespace, kinds }, kubectlOf(options));
  for (const note of notes) console.error(note);
  const found = forecast(live, after);
  return { ...found, refusals: [...refusals, ...found.refusals] };
}
