// Runs a Kubernetes API server over an etcd of its own, on free ports of the loopback interface, and prints the path of
// a kubeconfig once it is ready: node control-plane.mjs KUBE_APISERVER ETCD [KUBE_CONTROLLER_MANAGER]. The last, if it
// is given, has the controllers of workloads. It ends, and its folder goes, when its standard input does, so that nothing
// is left behind however its parent has ended.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [apiserver, etcd, controllers] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-apiserver-'));
const file = (name) => join(folder, name);
const running = new Set();

let stopping;
const stop = (code) => {
  stopping ??= (async () => {
    // The API server first: without its etcd it would wait and complain.
    for (const program of [...running].reverse()) {
      program.kill('SIGKILL');
      await program.ended;
    }
    rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  })();
};
process.stdin.on('end', () => stop(0)).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(1));

/** Starts a program that logs to a file in the folder; when it ends, all does. */
function start(name, path, args) {
  const log = openSync(file(`${name}.log`), 'a');
  const program = spawn(path, args, { stdio: ['ignore', log, log] });
  program.ended = new Promise((resolve) => program.once('close', resolve).once('error', resolve));
  running.add(program);
  void program.ended.then((how) => {
    if (!stopping) fail(`${name} ended: ${how}\n${last(`${name}.log`)}`);
  });
}

/** The last lines of a file. */
const last = (name) => readFileSync(file(name), 'utf8').trim().split('\n').slice(-10).join('\n');

function fail(what) {
  process.stderr.write(`${what}\n`);
  stop(1);
}

/** Ports that nobody uses; all are held until each is found, so that they differ. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map((server) => new Promise((found) => server.once('listening', () => found(server.address().port)))),
  );
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

const [clients, peers, port] = await freePorts(3);
const token = randomUUID();
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
writeFileSync(file('tokens.csv'), `${token},test,test,system:masters\n`, { mode: 0o600 });
writeFileSync(file('key.pem'), privateKey, { mode: 0o600 });
writeFileSync(file('key.pub'), publicKey);

start('etcd', etcd, [
  `--data-dir=${file('etcd')}`,
  '--unsafe-no-fsync',
  `--listen-client-urls=http://127.0.0.1:${clients}`,
  `--advertise-client-urls=http://127.0.0.1:${clients}`,
  `--listen-peer-urls=http://127.0.0.1:${peers}`,
  `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
  `--initial-cluster=default=http://127.0.0.1:${peers}`,
]);
// Admission is Kubernetes' default, with Pod Security in it.
start('kube-apiserver', apiserver, [
  `--etcd-servers=http://127.0.0.1:${clients}`,
  `--cert-dir=${file('certificates')}`,
  '--bind-address=127.0.0.1',
  '--advertise-address=127.0.0.1',
  '--endpoint-reconciler-type=none',
  `--secure-port=${port}`,
  '--service-cluster-ip-range=10.0.0.0/16',
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-signing-key-file=${file('key.pem')}`,
  `--service-account-key-file=${file('key.pub')}`,
  `--token-auth-file=${file('tokens.csv')}`,
  '--authorization-mode=RBAC',
  // Without it, validation would refuse what Pod Security is to refuse.
  '--allow-privileged=true',
]);

/** Whether the API server says that it is ready, with the certificate that it has made for itself. */
function isReady() {
  return new Promise((answer) => {
    try {
      const ca = readFileSync(file('certificates/apiserver.crt'));
      const headers = { Authorization: `Bearer ${token}` };
      get({ host: '127.0.0.1', port, path: '/readyz', ca, headers }, (response) => {
        response.resume();
        answer(response.statusCode === 200);
      }).once('error', () => answer(false));
    } catch {
      answer(false);
    }
  });
}

for (let tries = 0; !(await isReady()); tries += 1) {
  if (tries === 600) fail(`the API server is not ready after a minute:\n${last('kube-apiserver.log')}`);
  await sleep(100);
}
const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority': file('certificates/apiserver.crt') };
const kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'test', cluster }],
  users: [{ name: 'test', user: { token } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  'current-context': 'test',
};
writeFileSync(file('kubeconfig'), JSON.stringify(kubeconfig), { mode: 0o600 });
if (controllers !== undefined) {
  start('kube-controller-manager', controllers, [
    `--kubeconfig=${file('kubeconfig')}`,
    '--controllers=deployment-controller,replicaset-controller,statefulset-controller,daemonset-controller',
    '--leader-elect=false',
    '--secure-port=0',
  ]);
}
process.stdout.write(`${file('kubeconfig')}\n`);
