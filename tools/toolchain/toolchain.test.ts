import { execFileSync, spawn, type ChildProcess } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { hostname, tmpdir } from 'os';
import * as path from 'path';
import { once } from 'events';
import { compile } from '../../test/support/compile';

const directory = mkdtempSync(path.join(tmpdir(), 'toolchain-'));
const site = path.join(directory, 'site');
const cache = path.join(directory, 'cache');
const bin = path.join(directory, 'bin');
const requests = path.join(directory, 'requests.log');
let server: ChildProcess;
let url = '';

// The toolchain waits for what it makes, so the site it downloads from is a process of its own.
const siteProgram = `
  const fs = require('fs');
  require('http').createServer((request, response) => {
    fs.appendFileSync(${JSON.stringify(requests)}, request.url + '\\n');
    setTimeout(() => {
      try { response.end(fs.readFileSync(${JSON.stringify(site)} + request.url)); } catch { response.writeHead(404).end(); }
    }, 200);
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

/** A program that says it is that version of Helm. */
const fakeHelm = (version: string) => `#!/bin/sh\necho ${version}\n`;
const executable = (file: string, text: string) => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
  return file;
};

const target = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
/** Publishes an archive with that program, and a checksum: the right one by default. */
function publish(version: string, program: string, checksum?: string): void {
  const archive = path.join(site, `helm-v${version}-${target}.tar.gz`);
  executable(path.join(directory, 'archive', target, 'helm'), program);
  execFileSync('tar', ['-czf', archive, '-C', path.join(directory, 'archive'), target]);
  const sum = checksum ?? createHash('sha256').update(readFileSync(archive)).digest('hex');
  writeFileSync(`${archive}.sha256sum`, `${sum}  ${path.basename(archive)}\n`);
}

beforeAll(async () => {
  compile('tools/toolchain', directory);
  mkdirSync(site);
  mkdirSync(bin);
  // Programs that the toolchain runs, without any of the machine's own Helm or Go.
  for (const name of ['tar', 'gzip', 'sh', 'env']) symlinkSync(which(name), path.join(bin, name));
  server = spawn(process.execPath, ['-e', siteProgram], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  url = `http://127.0.0.1:${port.toString().trim()}`;
});
beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  writeFileSync(requests, '');
});
afterAll(() => {
  server.kill();
  rmSync(directory, { recursive: true });
});

function which(program: string): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
}

/** Asks for a tool in another process: its path, or its error. */
async function ask(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const program = `try { console.log(require('./tools/toolchain').tool('${name}')) } catch (e) { console.log(e.message) }`;
  const child = spawn(process.execPath, ['-e', program], {
    cwd: directory,
    env: {
      ...{ PATH: bin, HOME: directory, TOOLCHAIN_CACHE: cache },
      ...{ HELM_DOWNLOAD_URL: url, KUBERNETES_DOWNLOAD_URL: url, ETCD_DOWNLOAD_URL: url },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString('utf8').trim();
}

const cached = path.join(cache, 'helm4-4.3.1', 'helm');
const asked = () => readFileSync(requests, 'utf8').trim().split('\n').filter(Boolean);

describe('finds', () => {
  const own = executable(path.join(directory, 'own', 'helm'), fakeHelm('v4.0.1'));

  test('what the environment names', async () => {
    expect(await ask('helm4', { HELM4: own })).toBe(own);
    expect(await ask('helm4', { HELM: own })).toBe(own);
    expect(await ask('helm4', { HELM4: 'helm', PATH: path.dirname(own) })).toBe(own);
    expect(asked()).toEqual([]);
  });

  test('what is on PATH, if it is of the right major', async () => {
    const old = executable(path.join(directory, 'old', 'helm'), fakeHelm('v3.9.0'));
    const both = `${path.dirname(old)}${path.delimiter}${path.dirname(own)}`;
    expect(await ask('helm4', { PATH: both })).toBe(own);
    expect(await ask('helm3', { PATH: both })).toBe(old);
  });

  test('what is on PATH, if it is of the version that is asked for', async () => {
    const apiserver = executable(path.join(directory, 'k8s', 'kube-apiserver'), '#!/bin/sh\necho Kubernetes v1.31.2\n');
    const PATH = path.dirname(apiserver);
    expect(await ask('kube-apiserver', { PATH })).toBe(apiserver);
    expect(await ask('kube-apiserver', { PATH, KUBERNETES: '1.31.2' })).toBe(apiserver);
    expect(await ask('kube-apiserver', { PATH, KUBERNETES: '1.29.6' })).toMatch(
      /^no way to get kube-apiserver 1\.29\.6 works:\n.*kube-apiserver says it is 'Kubernetes v1\.31\.2'/,
    );
  });

  test('for a node, the programs of one version of Kubernetes alone', async () => {
    const kubelet = executable(path.join(directory, 'kubelet', 'kubelet'), '#!/bin/sh\necho Kubernetes v1.31.2\n');
    const PATH = path.dirname(kubelet);
    expect(await ask('kubelet', { PATH, KUBERNETES: '1.31.2' })).toBe(kubelet);
    expect(await ask('kubelet', { PATH })).toMatch(/kubelet says it is 'Kubernetes v1\.31\.2'/);
  });

  test('nothing in place of what the environment names', async () => {
    expect(await ask('helm3', { HELM3: own })).toBe(`HELM3=${own} does not serve as helm3: ${own} says it is 'v4.0.1'`);
    expect(await ask('helm3', { HELM3: 'nohelm' })).toBe('HELM3=nohelm does not serve as helm3: nohelm is not on PATH');
  });

  test('no tool that nobody knows', async () => {
    expect(await ask('helm2')).toMatch(
      /^no tool 'helm2' in the toolchain; it has helm3, helm4, registry, versitygw, kube-apiserver, .*, node-next$/,
    );
  });
});

describe('downloads', () => {
  test('the official release, and keeps it', async () => {
    publish('4.3.1', fakeHelm('v4.3.1'));
    expect(await ask('helm4')).toBe(cached);
    expect(asked()).toEqual([`/helm-v4.3.1-${target}.tar.gz`, `/helm-v4.3.1-${target}.tar.gz.sha256sum`]);
    expect(readdirSync(path.dirname(cached))).toEqual(['helm']);
    expect(await ask('helm4')).toBe(cached);
    expect(asked()).toHaveLength(2);
    expect(readdirSync(cache)).toEqual(['helm4-4.3.1']);
  });

  test('a program that is published as it is, with its checksum alone', async () => {
    const program = '#!/bin/sh\necho Kubernetes v1.31.2\n';
    const release = path.join('v1.31.2', 'bin', ...target.split('-'), 'kube-apiserver');
    executable(path.join(site, release), program);
    writeFileSync(path.join(site, `${release}.sha256`), createHash('sha256').update(program).digest('hex'));
    const file = path.join(cache, 'kube-apiserver-1.31.2', 'kube-apiserver');
    expect(await ask('kube-apiserver', { KUBERNETES: '1.31.2' })).toBe(file);
    expect(execFileSync(file, { encoding: 'utf8' })).toBe('Kubernetes v1.31.2\n');
  });

  test('an archive whose checksum stands among others', async () => {
    const release = `etcd-v3.6.16-${target}`;
    executable(path.join(directory, 'archive', release, 'etcd'), '#!/bin/sh\necho etcd Version: 3.6.16\n');
    const archive = path.join(site, 'v3.6.16', `${release}.tar.gz`);
    mkdirSync(path.dirname(archive));
    execFileSync('tar', ['-czf', archive, '-C', path.join(directory, 'archive'), release]);
    const sum = createHash('sha256').update(readFileSync(archive)).digest('hex');
    const sums = `${'0'.repeat(64)}  etcd-v3.6.16-other.tar.gz\n${sum}  ${release}.tar.gz\n`;
    writeFileSync(path.join(site, 'v3.6.16', 'SHA256SUMS'), sums);
    expect(await ask('etcd')).toBe(path.join(cache, 'etcd-3.6.16', 'etcd'));
    writeFileSync(path.join(site, 'v3.6.16', 'SHA256SUMS'), sums.replace(release, 'another'));
    rmSync(cache, { recursive: true });
    expect(await ask('etcd')).toMatch(/SHA256SUMS: holds no sha256/);
  });

  test('nothing whose published checksum differs', async () => {
    publish('4.3.1', fakeHelm('v4.3.1'), '0'.repeat(64));
    expect(await ask('helm4')).toMatch(/its sha256 is [0-9a-f]{64}, expected 0{64}/);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('nothing whose pinned checksum differs, whatever is published beside it', async () => {
    publish('3.22.0', fakeHelm('v3.22.0'));
    expect(await ask('helm3')).toMatch(/its sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}/);
    expect(asked()).toEqual([`/helm-v3.22.0-${target}.tar.gz`]);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('nothing that is another program', async () => {
    publish('4.3.1', fakeHelm('v2.0.0'));
    expect(await ask('helm4')).toMatch(/helm says it is 'v2.0.0'/);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('once, when many ask at the same time', async () => {
    publish('4.3.1', fakeHelm('v4.3.1'));
    expect(await Promise.all(Array.from({ length: 6 }, () => ask('helm4')))).toEqual(Array(6).fill(cached));
    expect(asked()).toHaveLength(2);
    expect(readdirSync(cache)).toEqual(['helm4-4.3.1']);
  });

  test('after a process that was killed while it did', async () => {
    publish('4.3.1', fakeHelm('v4.3.1'));
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'close');
    mkdirSync(`${path.dirname(cached)}.partial`, { recursive: true });
    writeFileSync(path.join(`${path.dirname(cached)}.partial`, 'archive.tar.gz'), 'half of it');
    symlinkSync(`${hostname()}:${child.pid}:dead`, `${path.dirname(cached)}.lock`);
    expect(await Promise.all([ask('helm4'), ask('helm4'), ask('helm4')])).toEqual([cached, cached, cached]);
    expect(asked()).toHaveLength(2);
    expect(readdirSync(cache)).toEqual(['helm4-4.3.1']);
  });
});

test('builds what replaces its own modules in a module that replaces them by what is published', async () => {
  const kubernetes = executable(
    path.join(directory, 'kubernetes.mod'),
    'module k8s.io/kubernetes\n\ngo 1.22.0\n\nreplace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n)\n',
  );
  const log = path.join(directory, 'go.log');
  // Makes what it is asked for, and writes down the module that it stands in and what it is asked.
  const go = executable(
    path.join(directory, 'modules', 'go'),
    `#!/bin/sh
[ "$1" = mod ] && echo '{"GoMod": "${kubernetes}"}' && exit
{ while read -r line; do echo "$line"; done < go.mod; echo "$5 $GOWORK"; } > ${log}
echo '#!/bin/sh' > "$3" && echo 'echo Kubernetes v1.31.2' >> "$3" && chmod +x "$3"
`,
  );
  symlinkSync(which('chmod'), path.join(bin, 'chmod'));
  const env = { KUBERNETES: '1.31.2', PATH: `${path.dirname(go)}${path.delimiter}${bin}` };
  const program = path.join(cache, 'kube-apiserver-1.31.2', 'kube-apiserver');
  expect(await ask('kube-apiserver', env)).toBe(program);
  expect(readdirSync(path.dirname(program))).toEqual(['kube-apiserver']);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
    'module own',
    'go 1.22.0',
    'require k8s.io/kubernetes v1.31.2',
    'replace k8s.io/api => k8s.io/api v0.31.2',
    expect.stringMatching(/^-ldflags=.*gitMinor=31 .*gitVersion=v1\.31\.2 off$/),
  ]);
});

test('says each way that failed, and what to do', async () => {
  rmSync(site, { recursive: true });
  const go = executable(path.join(directory, 'go', 'go'), '#!/bin/sh\necho "go: module lookup disabled" >&2\nexit 1\n');
  expect(await ask('helm4', { HELM: '/no/such/helm', PATH: `${bin}${path.delimiter}${path.dirname(go)}` })).toBe(
    [
      'no way to get helm4 4.3.1 works:',
      '  - HELM=/no/such/helm: /no/such/helm does not run: spawnSync /no/such/helm ENOENT',
      '  - PATH: holds no helm',
      '  - go install helm.sh/helm/v4/cmd/helm@v4.3.1: go: module lookup disabled',
      `  - ${url}/helm-v4.3.1-${target}.tar.gz: HTTP status 404`,
      'Install it and set HELM4 to its path, or install Go and run this again.',
    ].join('\n'),
  );
  expect(await ask('helm4')).toContain('go install helm.sh/helm/v4/cmd/helm@v4.3.1: go is not installed');
  expect(existsSync(cached)).toBe(false);
});
