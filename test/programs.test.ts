import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openstackPython } from '../tools/openstack-python';
import { cloudOf, required } from './support/clouds';

/**
 * Every program of ours takes the arguments and the environment that the manifests give it. Here it has no passwords
 * and no database, so it ends with a word on that; what it must not say is that it does not know an argument.
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

const programs = ['lib/kolla/scripts', 'lib/openstack/scripts', 'services/keystone/scripts'];
const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-programs-'));
const python = ((): string | undefined => {
  try {
    return openstackPython('2026.1');
  } catch (error) {
    if (process.env['CI']) throw error;
    console.warn(String(error));
    return undefined;
  }
})();

beforeAll(() => {
  const names = ['pod.py', 'prepare.py', 'bootstrap.py', 'fernet_keys.py', 'identity.py', 'keystone_identity.py'];
  for (const name of names) {
    for (const source of programs) {
      try {
        copyFileSync(join(__dirname, '..', source, name), join(folder, name));
      } catch {
        continue; // in another of the folders
      }
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The pods of an object: of a workload, a Job or a CronJob. */
function podOf(object: object): PodSpec | undefined {
  const { spec } = object as { spec?: { template?: { spec: PodSpec }; jobTemplate?: { spec: object } } };
  return spec?.jobTemplate ? podOf(spec.jobTemplate) : spec?.template?.spec;
}

const commandsOf = ({ command = [], args = [] }: Container): string[][] => {
  const all = [...command, ...args];
  const end = all.indexOf('--');
  return end < 0 ? [all] : [all, all.slice(end + 1)];
};

/** Where nobody listens. */
const nowhere = { global: { database: { host: '127.0.0.1', port: 1 } } };

const calls = cloudOf({ values: [required, nowhere, { keystone: { notifications: { enabled: true } } }] })
  .render()
  .flatMap(({ name, object }) => {
    const pod = podOf(object);
    const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
    return containers.flatMap((container) =>
      commandsOf(container)
        .filter(([program]) => program === 'python3')
        .map((words) => ({
          where: `${name}: ${container.name}`,
          program: basename(words[1]!),
          words,
          env: container.env,
        })),
    );
  });

test('there are programs to call', () => expect(calls.length).toBeGreaterThan(10));

(python === undefined ? test.skip : test).each(calls)(
  '$where calls $program as it wants',
  ({ words, program, env }) => {
    const environment = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
    const { status, stderr } = spawnSync(python!, ['-B', join(folder, program), ...words.slice(2)], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env['PATH'], BOOTSTRAP_PAUSE: '0', ...environment },
    });
    expect({ status, usage: /usage:/.test(stderr) }).toEqual({ status: 1, usage: false });
  },
);
