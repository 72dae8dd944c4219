import { Command, Option } from 'commander';
import { ValuesOptions, cloudOf, collect, valuesOf, withPlaces, withValues } from '../cloud-options';
import { withProgress } from '../progress';
import { GITOPS, GitopsOptions, SECRETS, gitopsOf, secretsOf, withoutPasswords } from '../synth-options';

interface SynthOptions extends ValuesOptions, GitopsOptions {
  readonly out: string;
  readonly name: string;
  readonly namespace: string;
  readonly service?: readonly string[];
}

export function addSynth(program: Command): void {
  withValues(program.command('synth'))
    .description('Write manifests, charts and the chart repository of a cloud.')
    .option('-o, --out <folder>', 'where to write', 'charts-out')
    .option('--name <release>', "Helm's release name", 'openstack')
    .option('-n, --namespace <namespace>', 'the namespace', 'openstack')
    .optionsGroup('Less:')
    .option('--service <service>', 'only this one; what is there of others stays; may be given several times', collect)
    .addOption(
      new Option('--only <what>', 'only that; what is there of the other stays').choices(['manifests', 'charts']),
    )
    .optionsGroup('Secrets:')
    .addOption(
      new Option(
        '--secrets <how>',
        'as files in secrets/; none at all; or external: an ExternalSecret makes one that all pods read',
      )
        .choices(SECRETS)
        .default('files'),
    )
    .option('--secret-store <[kind/]name>', 'with external: the store (default: ClusterSecretStore/openstack)')
    .option(
      '--secret-key <key>',
      "with external: the entry of the store that has the passwords; '*' in it: one each (default: openstack/passwords)",
    )
    .optionsGroup('GitOps:')
    .addOption(
      new Option(
        '--gitops <tool>',
        'kustomizations among the manifests; or what points Argo CD or Flux at them',
      ).choices(GITOPS),
    )
    .option('--gitops-repo <url>', 'argocd: the repository that the output is committed to, as Argo CD reaches it')
    .option('--gitops-revision <revision>', 'argocd: a branch, tag or commit of it (default: HEAD)')
    .option('--gitops-source <[kind/]name>', 'flux: the source of it (default: GitRepository/flux-system)')
    .option('--gitops-path <path>', 'where the output is in the repository (default: as it is in that around it)')
    .option('--gitops-namespace <namespace>', "the tool's own namespace (default: argocd or flux-system)")
    .addHelpText(
      'after',
      '\nWith --only charts, Argo CD and Flux deploy the chart of all services; else the manifests of each.',
    )
    .action(async (options: SynthOptions) => {
      const { summaryOf } = await import('../../lib/cloud/index.js');
      const { out, name, namespace, service, only } = options;
      const [secrets, gitops] = [secretsOf(options), gitopsOf(options)];
      const { values, sources } = await valuesOf(options);
      const given = typeof secrets === 'object' ? withoutPasswords(values) : values;
      const cloud = await cloudOf({ outdir: out, values: [given], name, namespace });
      const parts = {
        secrets,
        ...(service && { services: service }),
        ...(only && { only }),
        ...(gitops && { gitops }),
      };
      const written = await withProgress((say) => {
        say(`rendering ${cloud.services.length} services`);
        return withPlaces(sources, () => summaryOf(cloud, cloud.synth(parts)));
      });
      console.log(written);
    });
}
