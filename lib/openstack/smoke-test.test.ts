import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Objects, containerOf, sampleService } from '../../test/support/sample';
import type { JsonMap } from '../values/expression';
import { group } from '../values/types';
import { placement } from '../kubernetes/values';
import { clientLabel } from '../kubernetes/labels';
import { egressToComponent } from './network';
import { ownPasswords, serviceValues } from './service';
import { SmokeTest, smokeProgram } from './smoke-test';

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-smoke-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

/** Takes its first argument for a minute. */
const run = (program: string): string => execFileSync('python3', ['-B', '-c', program], { encoding: 'utf8' });

const PROGRAM = '"""Smoke test of etcd: it answers.\n\nMore.\n"""\nimport os\n\nfrom smoke import check\n\n\n';
const program = script('etcd_smoke.py', `${PROGRAM}# A comment.\ncheck('it answers', os.getcwd)\n`);
const etcdValues = serviceValues('etcd', ['etcd'], {
  operations: group({ ...placement }),
  passwords: ownPasswords('etcd_password'),
});
const secret: JsonMap = { passwords: { etcd_password: 'one' } };

const { cloud, service } = sampleService(etcdValues, (etcd) => {
  etcd.password('etcd_password');
  const egress = egressToComponent('etcd', 'server', 2379);
  new SmokeTest(etcd, 'smoke-test', {
    image: 'etcd',
    user: 'etcd',
    placement: etcd.values.operations,
    program,
    env: { URL: 'http://etcd:2379' },
    secrets: ['etcd_password'],
    connectsTo: [{ description: 'servers', egress, clientLabels: clientLabel('etcd') }],
  });
});
const objects = (values: JsonMap = {}) =>
  new Objects(cloud.renderService(service, { ...secret, ...values }, { tests: true }));

test('it is a pod that runs once, as a client, with the passwords and variables that it was given', () => {
  const pod = objects().get('Pod', 'etcd-smoke-test');
  expect(pod.metadata).toMatchObject({
    labels: { 'app.kubernetes.io/component': 'smoke-test', 'etcd-client': 'true' },
    annotations: { 'helm.sh/hook': 'test' },
  });
  const { env, command, volumeMounts } = containerOf(pod, 'smoke-test');
  expect(env).toEqual([{ name: 'URL', value: 'http://etcd:2379' }]);
  expect(command).toEqual(['python3', '-c', smokeProgram(program)]);
  expect(volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/run/kolla/secrets', '/tmp']);
  expect(pod.spec).toMatchObject({ restartPolicy: 'Never', securityContext: { runAsUser: 42413 } });
  expect(pod.spec).not.toHaveProperty('initContainers');
});

test('its network policy is an object of every install, and lets out to what it asks', () => {
  const plain = new Objects(cloud.renderService(service, secret));
  expect(plain.ids).toEqual(['NetworkPolicy/etcd-smoke-test', 'Secret/etcd']);
  const { podSelector, egress = [] } = plain.get('NetworkPolicy', 'etcd-smoke-test').spec!;
  expect(objects().get('Pod', 'etcd-smoke-test').metadata?.labels).toMatchObject(podSelector.matchLabels!);
  expect(egress.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([53, 53, 2379]);
  const open = objects({ global: { networkPolicy: { enabled: false } } });
  expect(open.ids).toEqual(['Pod/etcd-smoke-test', 'Secret/etcd']);
});

test('its program has what it imports from `smoke` in itself', () => {
  const text = smokeProgram(program);
  expect(text).toMatch(/^"""Smoke test of etcd: it answers\."""\nimport os\n\nimport sys\nimport time\n/);
  expect(text).not.toMatch(/from smoke|# A comment/);
  expect(run(text)).toBe('ok: it answers\n');
});

test('and the client that it imports from `session`', () => {
  const asks = "from session import ENV\nfrom smoke import check\n\n\ncheck('it has a home', ENV.get, 'HOME')\n";
  const text = smokeProgram(script('asking_smoke.py', `"""Smoke test of etcd: it asks."""\n${asks}`));
  expect(text).not.toMatch(/from s(ession|moke)/);
  expect(run(text)).toBe('ok: it has a home\n');
});

test('a check is tried again until time is up, and the first that fails ends the program', () => {
  const text = (name: string, checks: string): string => smokeProgram(script(name, `${PROGRAM}${checks}`));
  const flaky =
    "tries = []\n\n\ndef ask():\n    tries.append(0)\n    return 1 // (len(tries) - 1)\n\n\ncheck('late', ask)\n";
  expect(run(text('flaky_smoke.py', flaky))).toBe('ok: late\n');
  const failing = text(
    'failing_smoke.py',
    "check('a', os.getcwd)\ncheck('b', os.stat, '/none')\ncheck('c', os.getcwd)\n",
  );
  expect(() => run(failing.replace('+ 60', '+ 0'))).toThrow(/^FAILED: b: FileNotFoundError: .*'\/none'$/m);
});

test('a program that checks nothing is refused', () => {
  const file = script('none_smoke.py', '"""Nothing."""\n');
  expect(() => smokeProgram(file)).toThrow(`${file}: a smoke test has a line 'from smoke import check'; add it`);
});

test('Kubernetes takes no part of a program for a variable', () => {
  const services = join(__dirname, '..', '..', 'services');
  const files = readdirSync(services, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('_smoke.py'),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(smokeProgram(join(services, file))).not.toContain('$(');
});
