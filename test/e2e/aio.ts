// `npm run aio`: from nothing to a running cloud. `npm run aio -- down`: nothing is left of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { RELEASES, type OpenStackRelease } from '../../lib/kolla/releases';
import type { JsonMap } from '../../lib/values/expression';
import type { Found } from './client';
import { OpenStack } from './openstack';
import { Phases } from './phases';
import { FOLDER, PLATFORM_PHASES, Platform } from './platform';
import { serversOf } from './scenario';
import { Server, surroundings } from './server';

interface Options {
  readonly folder: string;
  readonly namespace: string;
  readonly registry?: string;
  readonly release: OpenStackRelease;
}

/** What is in front of Keystone for those outside of the cluster. */
const ENTRY = 'keystone-entry';
const PORT = 5000;

async function up({ folder, namespace, registry, release }: Options): Promise<void> {
  const phases = new Phases([...PLATFORM_PHASES, 'charts', 'OpenStack', 'token', 'server']);
  const platform = await Platform.up(phases, { folder, registry, releases: [release] });
  const { node, kubernetes } = platform;
  const url = `http://${node ? node.addresses.entry : 'localhost'}:${PORT}`;
  const outside: JsonMap = node
    ? {
        global: {
          identity: { public: { url } },
          networkPolicy: { clients: { cidrs: [node.addresses.ranges.cable, node.addresses.nodePods] } },
        },
      }
    : {};
  const layers = [{ global: { release } }, platform.values, serversOf(platform), outside];
  const openstack = await phases.run('charts', () =>
    OpenStack.prepare(kubernetes, namespace, join(folder, namespace), layers, 'privileged'),
  );
  await phases.run('OpenStack', async (say) => {
    if (node) await kubernetes.apply(namespace, [entry(node.addresses.entry)]);
    await openstack.helm([], { wait: false });
    await openstack.ready(900);
    for (const { metadata } of await openstack.pods()) say(metadata.name);
  });
  const client = await phases.run('token', async (say) => {
    const asked = await openstack.client();
    const { services, endpoints } = await asked.catalog();
    await asked.token();
    say(`issued; services: ${services.map(({ name }) => name).join(', ')}; ${endpoints.length} endpoints`);
    return asked;
  });
  await phases.run('server', async (say) => {
    const { servers } = await client.call<{ servers: Found[] }>('compute', 'GET', '/servers');
    if (servers.length > 0) {
      say('is there');
      return;
    }
    const server = await Server.boot(openstack, client, await surroundings(client));
    const lines = (await server.booted()).split('\n');
    for (const line of lines.filter((one) => /^(address|instance-id|hostname|ready):/.test(one))) say(line);
  });
  client.end();
  const clouds = writeClouds(openstack, url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'timings.json'), JSON.stringify(phases.timings, null, 2));
  const forward = `kubectl --namespace ${namespace} port-forward service/keystone-api ${PORT} &`;
  console.log(
    [
      `\nOpenStack ${release} runs in the namespace ${namespace}, after ${phases.seconds.toFixed(0)} s.`,
      `  export KUBECONFIG=${kubernetes.kubeconfig}`,
      `  export OS_CLIENT_CONFIG_FILE=${clouds} OS_CLOUD=${namespace}`,
      ...(node ? [] : [`  ${forward}`]),
      'Next:  openstack token issue     (pip install python-openstackclient, if it is not there)',
    ].join('\n'),
  );
}

/** A Service of an address that is known before it is made: endpoints in the catalog have it. */
const entry = (address: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: ENTRY },
  spec: {
    clusterIP: address,
    selector: { 'app.kubernetes.io/name': 'keystone', 'app.kubernetes.io/component': 'api' },
    ports: [{ name: 'http', port: PORT, targetPort: 'http' }],
  },
});

/** The file that OpenStack's clients read, for the administrator. */
function writeClouds({ folder, namespace, passwords }: OpenStack, url: string): string {
  const auth = {
    auth_url: `${url}/v3`,
    username: 'admin',
    password: passwords['keystone_admin_password'],
    project_name: 'admin',
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  };
  const file = join(folder, 'clouds.yaml');
  const cloud = { auth, region_name: 'RegionOne', interface: 'public', identity_api_version: 3 };
  writeFileSync(file, JSON.stringify({ clouds: { [namespace]: cloud } }, null, 2), { mode: 0o600 });
  return file;
}

const program = new Command('aio').description(
  'From nothing to a running OpenStack: on the cluster in KUBECONFIG, or on a node that is made here.',
);
const folder = new Option('--folder <folder>', 'where all that is made here is kept').default(FOLDER, '.cache/aio');
program
  .command('up', { isDefault: true })
  .description('What is there already stays; what is missing is made.')
  .addOption(folder)
  .option('-n, --namespace <namespace>', 'of OpenStack', 'openstack')
  .option('--registry <registry/namespace>', 'of the images, such as quay.io/openstack.kolla')
  .addOption(new Option('--release <release>', 'of OpenStack').choices(RELEASES).default('2026.1'))
  .action(up);
program
  .command('down')
  .description('Ends the node that was made here, with all that runs on it. A cluster of yours stays as it is.')
  .addOption(folder)
  .action(async (options: { readonly folder: string }) => {
    const was = await Platform.down(options.folder);
    console.log(was ? 'The node is gone.' : `There is no node in ${options.folder}.`);
  });
program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
