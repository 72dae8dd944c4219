import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { openstackPython } from '../../tools/openstack-python';
import { cloudOf, required } from '../support/clouds';
import { podTemplateOf } from '../support/pods';

/**
 * Every program, ours and OpenStack's, takes the arguments and the environment that the manifests give it. Here it has
 * no passwords and no database, so it ends with a word on that; what it must not say is that it does not know an
 * argument. Ours are run as the chart carries them.
 */
interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}
interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-programs-'));
const python = openstackPython('2026.1');

/**
 * A cloud of all services, with a database where nobody listens. Those of MariaDB and RabbitMQ are not among them:
 * their programs run in `npm run test:mariadb` and `test:rabbitmq`.
 */
const cloudWith = (tls: boolean) =>
  cloudOf({
    values: [
      required,
      {
        global: {
          database: { provider: 'external', host: '127.0.0.1', port: 1, tls: { enabled: tls } },
          messaging: { provider: 'external', hosts: ['127.0.0.1'] },
        },
        keystone: { notifications: { enabled: true } },
      },
    ],
  });
const cloud = cloudWith(false);
const objects = cloud.render();

beforeAll(() => {
  for (const { object } of objects.filter(({ name }) => name === 'configmap-scripts')) {
    const { data } = object as unknown as { data: Record<string, string> };
    for (const [name, program] of Object.entries(data)) {
      // Checks are tried once, not for a minute.
      writeFileSync(join(folder, name), name === 'smoke.py' ? program.replace('+ 60', '+ 0') : program);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const podOf = (object: object): PodSpec | undefined => podTemplateOf(object)?.spec as PodSpec | undefined;

/** What a container runs, and what `bootstrap.py` runs in it. */
const commandsOf = ({ command = [], args = [] }: Container): string[][] => {
  const lines = args.flatMap((arg) => /^--(?:run|install|upgrade)=(.*)/.exec(arg)?.[1] ?? []);
  return [[...command, ...args], ...lines.map((line) => line.split(' '))];
};

const allCalls = [...objects, ...cloudWith(true).render()].flatMap(({ name, object }) => {
  const pod = podOf(object);
  // A host agent would work on the machine where this runs.
  const own = object['kind'] === 'DaemonSet' ? [] : (pod?.containers ?? []);
  const containers = [...(pod?.initContainers ?? []), ...own];
  return containers.flatMap((container) =>
    commandsOf(container)
      .filter(([program]) => program === 'python3' || program === 'keystone-manage')
      .map(([interpreter = '', ...words]) => ({
        where: `${name}: ${container.name}`,
        program: interpreter === 'python3' ? basename(words.shift()!) : interpreter,
        line: words.join(' '),
        words,
        env: container.env,
      })),
  );
});

const calls = allCalls.filter(({ line }, i) => allCalls.findIndex((other) => other.line === line) === i);

test("Keystone's smoke test runs as its pod carries it", () => {
  const pod = cloud
    .render(undefined, { tests: true })
    .find(({ service, name }) => service === 'keystone' && name === 'tests/pod-smoke-test');
  const { command = [], env = [] } = podOf(pod!.object)!.containers[0]!;
  const [interpreter, option, program = ''] = command;
  expect([interpreter, option]).toEqual(['python3', '-c']);
  // Once, not for a minute.
  const { status, stdout, stderr } = spawnSync(python, ['-c', program.replace('+ 60', '+ 0')], {
    encoding: 'utf8',
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^FAILED: admin gets a token at .*: FileNotFoundError: .*keystone_admin_password'\n$/);
});

test('there are programs to call', () => expect(calls.length).toBeGreaterThan(10));

test.each(calls)('$where calls $program as it wants: $line', ({ words, program, env }) => {
  const environment = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  // OpenStack's commands are installed beside their Python; ours are files.
  const file = program.endsWith('.py') ? join(folder, program) : join(dirname(python), program);
  const { status, stderr } = spawnSync(python, ['-B', file, ...words], {
    encoding: 'utf8',
    timeout: 60_000,
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      BOOTSTRAP_PAUSE: '0',
      OS_DATABASE__CONNECTION: 'mysql+pymysql://keystone@127.0.0.1:1/keystone',
      OS_DATABASE__MAX_RETRIES: '1',
      OS_DATABASE__RETRY_INTERVAL: '0',
      ...environment,
    },
  });
  // (db_sync --contract has nothing to do, and does not ask the database.)
  expect({ ended: status === 0 || status === 1, usage: /usage:/.test(stderr) }).toEqual({
    ended: true,
    usage: false,
  });
});
