import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PodCluster } from './cluster';
import { debianRoot } from './root';

/** The runner itself: what it promises of pods, seen in pods of Python and shell. `npm run test:pods`. */
const NAME = { 'app.kubernetes.io/name': 'web' };
const USER = 42457;

const server = `
import http.server, os, signal, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if os.path.exists("/ready/yes") else 503)
        self.end_headers()
        self.wfile.write(os.environ["POD"].encode())
def term(*_):
    print("TERM", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, term)
print("serves", flush=True)
http.server.HTTPServer(("", 8080), Answer).serve_forever()
`;

const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};
const sh = (script: string) => ['sh', '-ec', script];

const template = (text: string) => ({
  metadata: { labels: NAME, annotations: { text } },
  spec: {
    securityContext: { runAsUser: USER, runAsGroup: USER, fsGroup: USER },
    terminationGracePeriodSeconds: 3,
    initContainers: [
      {
        name: 'first',
        command: sh('echo "$TEXT $(cat /etc/sample/deep/text)" >/data/first; id >/scratch/id'),
        env: [{ name: 'TEXT', valueFrom: { configMapKeyRef: { name: 'sample', key: 'text' } } }],
        securityContext: restricted,
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'work', mountPath: '/scratch' },
          { name: 'sample', mountPath: '/etc/sample' },
        ],
      },
      {
        name: 'helper',
        restartPolicy: 'Always',
        command: sh('trap "echo last; exit" TERM; echo helps; while :; do sleep 0.1; done'),
        securityContext: restricted,
      },
    ],
    containers: [
      {
        name: 'server',
        command: ['python3', '-c', server],
        env: [
          field('POD', 'metadata.name'),
          field('IP', 'status.podIP'),
          field('APP', "metadata.labels['app.kubernetes.io/name']"),
          { name: 'BOTH', value: '$(POD)/$(IP)/$$(POD)' },
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'sample', key: 'password' } } },
          { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        ],
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { limits: { memory: '128Mi' } },
        readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1, failureThreshold: 1 },
        lifecycle: { preStop: { exec: { command: sh('echo hook >/data/hook') } } },
        securityContext: restricted,
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'work', mountPath: '/ready' },
          { name: 'memory', mountPath: '/memory' },
          { name: 'sample', mountPath: '/etc/one', subPath: 'deep/text' },
          { name: 'all', mountPath: '/etc/all', readOnly: true },
        ],
      },
      {
        name: 'stubborn',
        command: sh('trap "" TERM; while :; do sleep 0.1; done'),
        startupProbe: { exec: { command: ['true'] } },
        livenessProbe: {
          exec: { command: ['test', '!', '-e', '/scratch/dead'] },
          periodSeconds: 1,
          failureThreshold: 2,
        },
        securityContext: restricted,
        volumeMounts: [{ name: 'work', mountPath: '/scratch' }],
      },
    ],
    volumes: [
      { name: 'work', emptyDir: {} },
      { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      { name: 'sample', configMap: { name: 'sample', items: [{ key: 'text', path: 'deep/text' }] } },
      {
        name: 'all',
        projected: {
          defaultMode: 0o400,
          sources: [
            { secret: { name: 'sample' } },
            { configMap: { name: 'none', optional: true } },
            { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          ],
        },
      },
    ],
  },
});

const objects = (text = 'one') => [
  { kind: 'ConfigMap', metadata: { name: 'sample' }, data: { text } },
  { kind: 'Secret', metadata: { name: 'sample' }, data: { password: Buffer.from('secret').toString('base64') } },
  { kind: 'Service', metadata: { name: 'web' }, spec: { clusterIP: 'None', selector: NAME } },
  { kind: 'Service', metadata: { name: 'early' }, spec: { selector: NAME, publishNotReadyAddresses: true } },
  {
    kind: 'StatefulSet',
    metadata: { name: 'web' },
    spec: {
      ...{ replicas: 2, serviceName: 'web', podManagementPolicy: 'Parallel', template: template(text) },
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    },
  },
  {
    kind: 'CronJob',
    metadata: { name: 'sum' },
    spec: {
      jobTemplate: {
        spec: {
          template: {
            spec: {
              containers: [{ name: 'sum', command: ['sh', '-c', 'echo "is $A"; exit $0'], args: ['0'] }],
            },
          },
        },
      },
    },
  },
];

let cluster: PodCluster;
beforeAll(async () => {
  const root = await debianRoot('trixie');
  cluster = await PodCluster.start({
    ...{ root, objects: objects(), namespace: 'openstack', volumes: { 'data-web-1': { size: '2M' } } },
  });
}, 600_000);
afterAll(async () => {
  await cluster.end();
});

const begin = async (name: string) => {
  const pod = cluster.pod(name);
  await pod.start();
  return pod;
};
const turn = async (pod: ReturnType<PodCluster['pod']>, is: boolean) => {
  while (!existsSync(join(pod.volume('work'), 'id'))) await sleep(20);
  if (is) writeFileSync(join(pod.volume('work'), 'yes'), '');
  return pod;
};
const until = async (holds: () => boolean) => {
  const latest = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > latest) throw new Error(`never: ${String(holds)}\n${cluster.describe()}`);
    await sleep(20);
  }
};
const said = async (name: string, script: string, container = 'server') =>
  (await cluster.pod(name).exec(container, sh(script))).stdout.trim();

jest.setTimeout(60_000);

test('members start at once, become ready by their probe, and find one another by name', async () => {
  const pods = await cluster.startStatefulSet('web');
  expect(pods.map((pod) => pod.name)).toEqual(['web-0', 'web-1']);
  const [zero, one] = [cluster.pod('web-0'), cluster.pod('web-1')];
  await until(() => zero.logs('server').includes('serves'));
  await expect(zero.ready(300)).rejects.toThrow(/web-0: not ready after 0.3 s[^]*helper: ready/);
  expect(await said('web-0', 'getent hosts web || echo none')).toBe('none');
  expect(await said('web-0', 'getent ahostsv4 early | sort -u | grep -c STREAM')).toBe('2');

  await turn(zero, true);
  await zero.ready();
  expect(one.isReady).toBe(false);
  expect(await said('web-0', 'getent hosts web.openstack.svc')).toMatch(zero.ip!);
  await turn(one, true);
  await one.ready();
  const get = 'curl -s web-1.web:8080; echo; hostname -f; getent hosts web-1.web.openstack.svc.cluster.local';
  expect(await said('web-0', get)).toMatch(/^web-1\nweb-0\.web\.openstack\.svc\.cluster\.local\n10\./);
  expect(await said('web-0', 'getent hosts mistyped || echo none')).toBe('none');
});

test('a container has the variables, user, limits and files that its pod says', async () => {
  const { ip } = cluster.pod('web-0');
  expect(await said('web-0', 'echo $POD $APP $BOTH $PASSWORD $LIMIT')).toBe(`web-0 web web-0/${ip}/$(POD) secret 128`);
  expect(await said('web-0', 'id -u; id -g; grep -E "^(CapBnd|NoNewPrivs)" /proc/self/status')).toMatch(
    new RegExp(`^${USER}\n${USER}\nCapBnd:\\s+0+\nNoNewPrivs:\\s+1$`),
  );
  expect(await said('web-0', 'touch /usr/x 2>&1 || touch /etc/all/x 2>&1 || echo /proc/[0-9]*/comm | wc -w')).toMatch(
    /Read-only file system\n.*Read-only file system\n[1-4]$/,
  );
  expect(
    await said('web-0', 'cat /etc/one; stat -Lc "%a %g" /etc/all/password /data /memory; cat /etc/all/labels'),
  ).toBe(
    `one440 ${USER}\n2775 ${USER}\n2777 ${USER}\n` +
      'app.kubernetes.io/name="web"\nstatefulset.kubernetes.io/pod-name="web-0"\napps.kubernetes.io/pod-index="0"',
  );
  expect(readFileSync(join(cluster.pod('web-0').volume('data'), 'first'), 'utf8')).toBe('one one\n');
  const fill = 'head -c 3000000 /dev/zero >$0 || echo full';
  for (const file of ['/memory/x', '/data/x'])
    expect(await cluster.pod('web-1').exec('server', ['sh', '-c', fill, file])).toMatchObject({ stdout: 'full\n' });
  await cluster.resize('data-web-1', '4M');
  expect(await cluster.pod('web-1').exec('server', ['sh', '-c', fill, '/data/x'])).toMatchObject({
    code: 0,
    stdout: '',
  });
  const { code, stdout } = await cluster.pod('web-0').exec('server', ['python3', '-c', 'bytearray(200 << 20)']);
  expect({ code, stdout }).toEqual({ code: 137, stdout: '' });
  const late = await cluster.pod('web-0').exec('server', ['sh', '-c', 'echo a; exec sleep 60'], { seconds: 1 });
  expect(late).toMatchObject({ code: 137, stdout: 'a\n' });
});

test('a container that is killed, or not alive, is started again; a readiness that is lost takes the name away', async () => {
  const pod = cluster.pod('web-0');
  const { ip } = pod;
  await pod.kill('server');
  await until(() => pod.restartsOf('server') === 1);
  await pod.ready();
  expect(pod.ip).toBe(ip);
  writeFileSync(join(pod.volume('work'), 'dead'), '');
  await until(() => pod.events.some((event) => event.endsWith('stubborn: killed, not ended in time')));
  await until(() => pod.restartsOf('stubborn') === 1);
  expect(pod.events.join()).toMatch(/liveness probe: exit code 1/);
  await pod.exec('stubborn', ['rm', '/scratch/dead']);
  await pod.ready();
  await pod.exec('stubborn', ['rm', '/scratch/yes']);
  await until(() => !pod.isReady);
  expect(await said('web-1', 'getent hosts web-0.web || echo none')).toBe('none');
  await turn(pod, true);
  await pod.ready();
});

test('a partition loses what is sent, also after a restart, until it is healed', async () => {
  const curl = 'curl -s -m 1 $0; echo $?';
  const reach = async (from: string, to: string) =>
    (await cluster.pod(from).exec('stubborn', ['sh', '-c', curl, `${cluster.pod(to).ip}:8080`])).stdout;
  expect(await reach('web-0', 'web-1')).toBe('web-10\n');
  await cluster.partition(['web-0'], ['web-1']);
  expect(await reach('web-0', 'web-1')).toBe('28\n');
  await cluster.pod('web-1').kill();
  await (await turn(await begin('web-1'), true)).ready();
  expect([await reach('web-0', 'web-1'), await reach('web-1', 'web-0')]).toEqual(['28\n', '28\n']);
  await cluster.heal();
  expect([await reach('web-0', 'web-1'), await reach('web-1', 'web-0')]).toEqual(['web-10\n', 'web-00\n']);
});

test('stop: hook, SIGTERM, SIGKILL after the grace period, sidecars last; claims stay, all else is new', async () => {
  const pod = cluster.pod('web-0');
  const { ip } = pod;
  const began = Date.now();
  await pod.stop();
  expect(Date.now() - began).toBeGreaterThan(2900);
  expect(readFileSync(join(pod.volume('data'), 'hook'), 'utf8')).toBe('hook\n');
  expect(pod.logs('server')).toMatch(/TERM\n$/);
  expect(pod.logs('helper')).toMatch(/last\n$/);
  // Whoever is asked for his readiness while he stops may have to say no.
  const last = pod.events
    .map((event) => event.slice(13))
    .filter((event) => !event.includes('not ready'))
    .slice(-5);
  expect(last).toEqual([
    ...['stops', 'server: exit code 0', 'stubborn: killed, not ended in time', 'stubborn: exit code 137'],
    'helper: exit code 0',
  ]);
  expect(() => pod.volume('work')).toThrow('not there');
  await pod.start();
  await turn(pod, false);
  expect(readdirSync(pod.volume('work'))).toEqual(['id']);
  expect(readdirSync(pod.volume('data')).sort()).toEqual(['first', 'hook']);
  expect(pod.ip).not.toBe(ip);
});

test('kill: all containers at once, and nothing starts again', async () => {
  const pod = cluster.pod('web-1');
  await pod.kill();
  expect(pod.isRunning).toBe(false);
  expect(pod.events.slice(-4).every((event) => /is killed|exit code 137/.test(event))).toBe(true);
  await sleep(1500);
  expect(pod.current).toBeUndefined();
  await expect(pod.exec('server', ['true'])).rejects.toThrow('web-1 has no container server now');
});

test('a Job runs to its end', async () => {
  expect(await cluster.runJob('cronjob/sum', { env: { A: 'x' } })).toMatchObject({ exitCode: 0, logs: 'is x\n' });
  expect(await cluster.runJob('cronjob/sum', { args: ['3'] })).toMatchObject({ exitCode: 3, logs: 'is \n' });
});

test('a rollout restarts those whose template has changed, the last first', async () => {
  await begin('web-1');
  cluster.set(objects('two'));
  const all = ['web-1', 'web-0'];
  const rollout = cluster.rollout('web');
  for (const name of all) {
    const pod = cluster.pod(name);
    await until(() => pod.isRunning && !pod.isOutdated);
    await turn(pod, true);
  }
  expect(await rollout).toEqual(all);
  expect(readFileSync(join(cluster.pod('web-0').volume('data'), 'first'), 'utf8')).toBe('two two\n');
  expect(await cluster.rollout('web')).toEqual([]);
});

test('end() leaves nothing behind', async () => {
  const running = () => execFileSync('ps', ['-eo', 'args']).toString();
  const links = () => execFileSync('ip', ['-br', 'link']).toString();
  const { folder, name } = (cluster as unknown as { node: { folder: string; name: string } }).node;
  const traces = () =>
    [
      ...running().split('\n'),
      ...readFileSync('/proc/self/mountinfo', 'utf8').split('\n'),
      ...execFileSync('find', ['/sys/fs/cgroup', '-type', 'd']).toString().split('\n'),
    ].filter((line) => line.includes(folder) || line.includes(name));
  const before = links();
  expect(traces()).not.toEqual([]);
  await cluster.pod('web-0').exec('stubborn', sh('sleep 1000 >/dev/null 2>&1 &'));
  expect(running()).toMatch(/^sleep 1000$/m);
  await cluster.end();
  expect(traces()).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(links()).toBe(before);
  expect(before).not.toMatch(/pods/);
  expect(running()).not.toMatch(/^sleep 1000$/m);
});
