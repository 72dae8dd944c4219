import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generatePasswords } from '../../lib/kolla/generate-passwords';
import type { SshKeyPair } from '../../lib/kolla/passwords';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { install } from '../pods/packages';
import { cloudOf, required } from '../support/clouds';
import { Objects, containerOf } from '../support/sample';

/**
 * The files of `nova-ssh` with the real OpenSSH, under the rights that its pod has; what comes in is from Nova and libvirt,
 * in their words. It needs root, for namespaces, and installs Debian's openssh-server where that is missing.
 */
jest.setTimeout(600_000);

const address = '127.0.0.1';
const PORT = 18022;
const newKeys = (): SshKeyPair => generatePasswords(['nova_ssh_key'], {}).nova_ssh_key as SshKeyPair;
const keys = newKeys();
let folder: string;

beforeAll(() => {
  install({ sshd: 'openssh-server', ssh: 'openssh-client', setpriv: 'util-linux', unshare: 'util-linux' });
  folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-ssh-'));
  prepared('pod', keys);
  prepared('others', newKeys());
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cloud = cloudOf();
const objects = (pair: SshKeyPair): Objects => {
  const own = { global: { passwords: { nova_ssh_key: { ...pair } } }, ssh: { port: PORT } } as JsonMap;
  const nova = cloud.services.find((service) => service.node.id === 'nova')!;
  return new Objects(cloud.renderService(nova, mergeLayers(required, own)));
};

/** Runs `prepare` as the pod does, and puts the files where the pod has them. */
function prepared(name: string, pair: SshKeyPair): void {
  const all = objects(pair);
  const template = all.pod('DaemonSet', 'nova-ssh-default');
  const place = join(folder, name);
  for (const part of ['source', 'secrets', 'config', 'etc']) mkdirSync(join(place, part), { recursive: true });
  const { data: secret = {} } = all.get('Secret', 'nova');
  for (const [key, value] of Object.entries(secret))
    writeFileSync(join(place, 'secrets', key), Buffer.from(value, 'base64'));
  const source = template.spec!.volumes!.find((volume) => volume.name === 'source')!;
  for (const { configMap } of source.projected!.sources!)
    for (const [file, text] of Object.entries(all.get('ConfigMap', configMap!.name!).data ?? {}))
      writeFileSync(join(place, 'source', file), text);
  const [, program = ''] = /([^/]*)$/.exec(containerOf(template, 'prepare').command![1]!) ?? [];
  const places = Object.entries({ source: 'source', secrets: 'secrets', output: 'config' });
  const args = places.map(([option, part]) => `--${option}=${join(place, part)}`);
  execFileSync('python3', ['-B', join(place, 'source', program), ...args, ...containerOf(template, 'prepare').args!], {
    env: { ...process.env, NODE_NAME: 'node-1', NODE_IP: address },
  });
  for (const { mountPath, subPath } of containerOf(template, 'ssh').volumeMounts!)
    if (subPath) cpSync(join(place, 'config', subPath), join(place, mountPath.replace('/etc/ssh', 'etc')));
}

/** What a command says on a compute that has the keys of `client`, with the server of SSH beside it. */
async function onCompute(script: string, client = 'pod'): Promise<string> {
  const { command, securityContext } = containerOf(objects(keys).pod('DaemonSet', 'nova-ssh-default'), 'ssh');
  const rights = (securityContext!.capabilities!.add ?? []).map((name) => `+${name.toLowerCase()}`);
  const env = {
    ...process.env,
    CAPABILITIES: ['-all', ...rights].join(','),
    SERVER: command!.join(' '),
    CLIENT: join(folder, client, 'etc'),
  };
  const ran = promisify(execFile)(
    'bash',
    [join(__dirname, 'ssh.sh'), join(folder, 'pod'), 'bash', '--norc', '-uc', script],
    {
      env,
      timeout: 300_000,
    },
  );
  return ran.then(
    ({ stdout, stderr }) => stdout + stderr,
    (failure: unknown) => `failed: ${(failure as { stdout: string }).stdout}${(failure as { stderr: string }).stderr}`,
  );
}

test('its probe logs in, and says nothing to its log', async () => {
  expect(await onCompute('ssh self id -u')).toBe('0\n');
  const log = readFileSync(join(folder, 'pod', 'server.log'), 'utf8');
  expect(log).toMatch(/Server listening on 127\.0\.0\.1 port 18022/);
  expect(log).not.toMatch(/Accepted|error/);
});

// Source: nova/virt/libvirt/volume/remotefs.py, SshDriver.
test('Nova makes a folder, brings a disk and takes it away', async () => {
  const instance = '/var/lib/nova/instances/uuid';
  const script = `
    ssh -o BatchMode=yes ${address} mkdir -p ${instance}
    head -c 5000000 /dev/urandom >/tmp/disk-$$
    scp -r /tmp/disk-$$ ${address}:${instance}/disk
    cmp /tmp/disk-$$ ${instance}/disk && stat -c '%U %s' ${instance}/disk
    rm /tmp/disk-$$
    ssh -o BatchMode=yes ${address} rm -rf ${instance}
    ls /var/lib/nova/instances`;
  expect(await onCompute(script)).toBe('root 5000000\n');
});

// Source: libvirt's src/rpc/virnetclient.c, virNetClientSSHHelperCommand.
test("libvirt reaches the other node's socket by the program that its URI names", async () => {
  const uri = /^live_migration_uri = (.*)$/m.exec(
    objects(keys).file('nova-nova-compute.conf-default', 'nova-compute.conf'),
  );
  const { netcat, socket } = Object.fromEntries(new URLSearchParams(uri![1]!.replace(/.*\?/, '')));
  const helper =
    `if '${netcat}' -q 2>&1 | grep "requires an argument" >/dev/null 2>&1; then ARG=-q0;else ARG=;fi;` +
    `'${netcat}' $ARG -U ${socket}`;
  writeFileSync(join(folder, 'pod', 'helper'), `sh -c ${JSON.stringify(helper).replaceAll('$', '\\$')}`);
  const script = `
    head -c 3000000 /dev/urandom >said
    ssh ${address} "$(cat helper)" <said >heard
    cmp said heard && stat -c %s heard`;
  expect(await onCompute(script)).toBe('3000000\n');
});

test('nobody else comes in: not with another key, as another user, or with a password; and nothing is forwarded', async () => {
  const others = '-i "$CLIENT/nova_key" -o IdentitiesOnly=yes';
  expect(
    await onCompute(
      `ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -p ${PORT} ${others} root@${address} true`,
      'others',
    ),
  ).toMatch(/Permission denied \(publickey\)/);
  expect(await onCompute(`ssh daemon@${address} true`)).toMatch(/Permission denied \(publickey\)/);
  expect(await onCompute(`ssh -o PubkeyAuthentication=no ${address} true`)).toMatch(/Permission denied \(publickey\)/);
  const forward = `ssh -o ExitOnForwardFailure=yes -R 18023:${address}:${PORT} ${address} true`;
  expect(await onCompute(forward)).toMatch(/remote port forwarding failed/);
});

test('a node with another key is none of this cloud', async () => {
  const script = `ssh -o GlobalKnownHostsFile="$CLIENT/nova_known_hosts" ${address} true`;
  expect(await onCompute(script, 'others')).toMatch(/Host key verification failed/);
});
