import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { install } from '../../pods/packages';
import { until } from '../../support/until';
import { cgroupsOf, mountsBelow } from './cleanup';
import { run } from './command';
import { BUSYBOX, nodeImages } from './images';
import { KubernetesNode, namesOf } from './node';

/** A node of its own: what pods find on it, and that it heals and ends. `npm run test:node`, as root. */
jest.setTimeout(300_000);

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kolla-cdk8s-node-')));
const { cgroup, cable } = namesOf(folder);
let node: KubernetesNode;
let before: unknown;

/** What a node could have changed of this machine's own. Other nodes come and go as they like. */
async function machine(): Promise<unknown> {
  const commands = ['ip -o address', 'ip route', 'iptables -S', 'iptables -t nat -S', 'sysctl net.ipv4.ip_forward'];
  const sysctls = ['kernel.panic', 'vm.overcommit_memory', 'net.netfilter.nf_conntrack_max'].map(
    (name) => `sysctl ${name}`,
  );
  const said = await Promise.all([...commands, ...sysctls].map((command) => run(command.split(' '))));
  const networks = existsSync('/run/netns') ? readdirSync('/run/netns').filter((name) => name.startsWith('cni')) : [];
  const isOfOther = (line: string): boolean => /\bkolla-[0-9a-f]{8}\b/.test(line) && !line.includes(cable);
  return { said: said.flatMap((text) => text.split('\n')).filter((line) => !isOfOther(line)), networks };
}

/** All processes of the node, with the network each is in. */
function processes(): Map<number, string> {
  const pids = cgroupsOf(cgroup).flatMap((path) => readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n'));
  const own = pids.filter((pid) => pid !== '' && existsSync(`/proc/${pid}/ns/net`));
  return new Map(own.map((pid) => [Number(pid), readlinkSync(`/proc/${pid}/ns/net`)]));
}

const eventually = <T>(what: string, holds: () => Promise<T | false>): Promise<T> =>
  until(what, 60, holds, () => node.kubectl(['get', 'pods,events', '-A']));

const NAMESPACE = 'restricted';
const kubectl = (...args: readonly string[]): Promise<string> => node.kubectl(['--namespace', NAMESPACE, ...args]);
const sh = (pod: string, script: string): Promise<string> =>
  kubectl('exec', pod, '--', 'sh', '-eo', 'pipefail', '-c', script);
const ready = (pod: string): Promise<string> => kubectl('wait', `pod/${pod}`, '--for=condition=Ready', '--timeout=60s');
const ipOf = (pod: string): Promise<string> => kubectl('get', 'pod', pod, '-o', 'jsonpath={.status.podIP}');
const apply = (...items: readonly object[]): Promise<string> =>
  node.kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });

const pod = (name: string, script: string, volumes: readonly object[]) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE, labels: { app: name } } },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 42457,
      fsGroup: 42457,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name,
        image: BUSYBOX,
        command: ['sh', '-ec', script],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        ...(volumes.length > 0 && { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      },
    ],
    volumes,
  },
});
const web = pod('web', 'echo "$HOSTNAME" >>/data/starts; exec httpd -f -p 8080 -h /data', [
  { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
]);
// Debian's static busybox has a wget that dies of SIGSEGV.
const fetchStarts = String.raw`printf 'GET /starts HTTP/1.0\r\n\r\n' | nc -w 5 web.restricted 80 | sed '1,/^.$/d'`;

beforeAll(async () => {
  install({ curl: 'curl' });
  before = await machine();
  node = await KubernetesNode.up(folder, (what) => process.stderr.write(`${what}\n`));
});
afterAll(async () => {
  await KubernetesNode.down(folder);
  rmSync(folder, { recursive: true, force: true });
});

test('its node is ready, of the version of its API server', async () => {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.status.nodeInfo.kubeletVersion}';
  const version = JSON.parse(await node.kubectl(['get', '--raw', '/version'])) as { gitVersion: string };
  expect(await node.kubectl(['get', 'node', node.name, '-o', path])).toBe(`True ${version.gitVersion}`);
});

test('pods under the restricted policy run, with a claim that is a local volume', async () => {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: NAMESPACE } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } },
    },
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: NAMESPACE } },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  );
  await eventually('a pod may be made', () => apply(web, pod('client', 'exec sleep 3600', [])));
  await Promise.all(['web', 'client'].map(ready));
  const path = 'jsonpath={.items[0].spec.local.path}';
  expect(await node.kubectl(['get', 'persistentvolumes', '-o', path])).toContain(join(folder, 'volumes'));
});

test('a Service is found by its name and reached: by another pod, by its own pod, and from this machine', async () => {
  const other = await eventually('the Service answers', () => sh('client', fetchStarts));
  expect(other).toBe('web\n');
  expect(await sh('web', fetchStarts)).toBe('web\n');
  const clusterIp = await kubectl('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}');
  expect(await (await fetch(`http://${clusterIp}/starts`)).text()).toBe('web\n');
  expect(await (await fetch(`http://${await ipOf('web')}:8080/starts`)).text()).toBe('web\n');
  expect(await node.exec(['curl', '-sS', `http://${clusterIp}/starts`])).toBe('web\n');
});

test('what is not in the cluster is not there, and is told so at once', async () => {
  const start = Date.now();
  await expect(sh('client', 'nslookup example.com. >&2')).rejects.toThrow(/NXDOMAIN/);
  await expect(sh('client', 'nc -w 5 192.0.2.77 80')).rejects.toThrow(/No route to host/);
  expect(Date.now() - start).toBeLessThan(5000);
});

test("what pods send to each other passes the node's packet filter", async () => {
  const rule = ['FORWARD', '-s', await ipOf('client'), '-d', await ipOf('web'), '-j', 'REJECT'];
  await node.exec(['iptables', '-I', ...rule]);
  await expect(sh('client', fetchStarts)).rejects.toThrow(/refused/);
  await node.exec(['iptables', '-D', ...rule]);
  expect(await sh('client', fetchStarts)).toBe('web\n');
});

const policy = (name: string, spec: object) => ({
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: NAMESPACE } },
  spec,
});

test('NetworkPolicies are enforced at once, on pods that start before their first process; the node gets in', async () => {
  const webs = { podSelector: { matchLabels: { app: 'web' } } };
  const clients = { podSelector: { matchLabels: { app: 'client' } } };
  const isOpen = () => sh('client', fetchStarts).then(() => true);
  // Dropped, not refused: busybox gives up after some seconds.
  const isShut = () => sh('client', fetchStarts).then(() => false as const, String);
  await apply(policy('web', webs));
  expect(await eventually('web is shut', isShut)).toMatch(/timed out/);
  expect(await node.exec(['curl', '-sS', '-m5', `http://${await ipOf('web')}:8080/starts`])).toBe('web\n');
  const from = [clients, { podSelector: { matchLabels: { app: 'allowed' } } }];
  await apply(policy('web', { ...webs, ingress: [{ from, ports: [{ port: 8080 }] }] }));
  await eventually('web is open to its client', isOpen);
  const connect = `nc -w 1 ${await ipOf('web')} 8080 </dev/null 2>/dev/null`;
  const script = `if ${connect}; then echo in; else echo out; fi; exec sleep 3600`;
  const names = ['allowed', 'stranger'];
  await apply(...names.map((name) => pod(name, script, [])));
  const said = (name: string) => eventually(name, async () => (await kubectl('logs', name)).trim() || false);
  expect(await Promise.all(names.map(said))).toEqual(['in', 'out']);
  await apply(policy('client', { ...clients, policyTypes: ['Egress'] }));
  await eventually('nothing gets out of the client', isShut);
  await kubectl('delete', 'networkpolicies', '--all');
  await kubectl('delete', 'pods', ...names);
  await eventually('all is open again', isOpen);
});

test('what a pod has written to its claim stays when the pod goes', async () => {
  await kubectl('delete', 'pod', 'web');
  await apply(web);
  await ready('web');
  expect(await eventually('the Service answers', () => sh('client', fetchStarts))).toBe('web\nweb\n');
});

test('the memory of each pod can be read', async () => {
  interface Summary {
    readonly pods: readonly { podRef: { name: string }; memory?: { workingSetBytes?: number } }[];
  }
  const read = async (): Promise<Summary['pods'] | false> => {
    const { pods } = JSON.parse(
      await node.kubectl(['get', '--raw', `/api/v1/nodes/${node.name}/proxy/stats/summary`]),
    ) as Summary;
    // Those that are gone stay in it for some seconds.
    const isWhole = pods.length === 4;
    const isRead = pods.some(({ podRef, memory }) => podRef.name === 'web' && (memory?.workingSetBytes ?? 0) > 0);
    return isWhole && isRead && pods;
  };
  const pods = await eventually('kubelet tells the memory of web', read);
  expect(pods.map(({ podRef }) => podRef.name.replace(/-.*/, '')).sort()).toEqual([
    'client',
    'coredns',
    'local',
    'web',
  ]);
  for (const { memory } of pods) expect(memory?.workingSetBytes).toBeGreaterThan(0);
});

test('images that are there are not imported again', async () => {
  const archives = await nodeImages();
  const start = Date.now();
  await node.importImages(...archives);
  expect(Date.now() - start).toBeLessThan(1000);
});

test('what runs is left alone', async () => {
  const daemons = node.daemons;
  expect((await KubernetesNode.up(folder)).daemons).toEqual(daemons);
  // Nor do they end a moment later, of a file that was written again.
  await sleep(2000);
  expect(node.daemons).toEqual(daemons);
  expect(daemons.size).toBe(8);
});

test('what was killed is started again, and pods run on', async () => {
  const { containerd, kubelet, ...others } = Object.fromEntries(node.daemons);
  const started = await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[0].containerID}');
  for (const pid of [containerd!, kubelet!]) process.kill(pid, 'SIGKILL');
  node = await KubernetesNode.up(folder);
  const healed = Object.fromEntries(node.daemons);
  expect(healed).toMatchObject(others);
  expect(Object.keys(healed).sort()).toEqual(['containerd', ...Object.keys(others), 'kubelet'].sort());
  expect([containerd, kubelet]).not.toContain(healed['containerd']);
  expect(await eventually('kubelet runs commands', () => sh('client', fetchStarts))).toBe('web\nweb\n');
  const path = 'jsonpath={.items[*].status.containerStatuses[0].containerID}';
  expect(await kubectl('get', 'pods', '-o', path)).toBe(started);
});

test('a node all of whose processes have died starts again with its objects, and its pods with their data', async () => {
  const [pid = ''] = readFileSync(join(folder, 'holder'), 'utf8').split(' ');
  process.kill(Number(pid), 'SIGKILL');
  node = await KubernetesNode.up(folder);
  expect(await eventually('the pods run again', () => sh('client', fetchStarts))).toBe('web\nweb\nweb\n');
});

describe('down', () => {
  const nothing = async (own: ReadonlyMap<number, string>): Promise<void> => {
    expect([...own.keys()].filter((pid) => existsSync(`/proc/${pid}`) && ownNetwork(pid) === own.get(pid))).toEqual([]);
    expect(cgroupsOf(cgroup)).toEqual([]);
    expect(mountsBelow(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(`/sys/class/net/${cable}`)).toBe(false);
    expect(await machine()).toEqual(before);
  };
  const ownNetwork = (pid: number): string => {
    try {
      return readlinkSync(`/proc/${pid}/ns/net`);
    } catch {
      return '';
    }
  };

  test('leaves no process, mount, network or cgroup', async () => {
    const own = processes();
    // The daemons, and of each pod its container, that which holds its namespaces, and containerd's for both.
    expect(own.size).toBeGreaterThanOrEqual(8 + 4 * 3);
    expect(new Set(own.values()).size).toBe(1 + 4);
    expect(statSync(folder).isDirectory()).toBe(true);
    await KubernetesNode.down(folder);
    await nothing(own);
  });

  test('does nothing where nothing is', async () => {
    await KubernetesNode.down(folder);
    await nothing(new Map());
  });

  test('ends a node that is half there', async () => {
    const interrupt = (what: string): void => {
      if (what === 'images') throw new Error('interrupted');
    };
    await expect(KubernetesNode.up(folder, interrupt)).rejects.toThrow('interrupted');
    const own = processes();
    expect(own.size).toBeGreaterThanOrEqual(3);
    await KubernetesNode.down(folder);
    await nothing(own);
  });
});
