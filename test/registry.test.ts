import { execFile } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer, type Server } from 'http';
import { tmpdir } from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { load } from 'js-yaml';
import { packChart } from '../lib/package/archive';
import { indexYaml } from '../lib/package/repository';
import { helms } from '../tools/toolchain';
import { emptyCluster, listen, type EmptyCluster } from './support/empty-cluster';
import { helmEnvironment, parseObjects } from './support/helm';
import { ociRegistry, type OciRegistry } from './support/oci-registry';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  /** The data of its Chart.yaml. */
  readonly chart: Record<string, unknown> & { name: string; version: string };
}

/** What is published. */
function packages(): Package[] {
  return ['0.1.0', '0.2.0'].map((version) => {
    const files = new Map([
      [
        'Chart.yaml',
        `apiVersion: v2\nname: sample\nversion: ${version}\nappVersion: '2026.1'\ndescription: A sample.\n`,
      ],
      ['values.yaml', 'replicas: 1\n'],
      [
        'templates/config.yaml',
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: sample\ndata:\n' +
          '  replicas: {{ .Values.replicas | quote }}\n  version: {{ .Chart.Version | quote }}\n',
      ],
      [
        'templates/role.yaml',
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: sample\nrules: []\n',
      ],
    ]);
    const chart = load(files.get('Chart.yaml') ?? '') as Package['chart'];
    return { name: 'sample', version, bytes: packChart('sample', files), chart };
  });
}

const published = packages();
const directory = mkdtempSync(path.join(tmpdir(), 'packages-'));
const fileOf = ({ name, version }: Package) => path.join(directory, `${name}-${version}.tgz`);
let http: Server;
let repository: string;
let registry: OciRegistry;

beforeAll(async () => {
  for (const entry of published) writeFileSync(fileOf(entry), entry.bytes);
  writeFileSync(path.join(directory, 'index.yaml'), indexYaml(published));
  http = createServer((request, response) => {
    try {
      response.end(readFileSync(path.join(directory, path.basename(request.url ?? ''))));
    } catch {
      response.writeHead(404).end();
    }
  });
  repository = `http://127.0.0.1:${await listen(http)}`;
  registry = await ociRegistry();
}, 600_000);

afterAll(async () => {
  await registry.close();
  http.close();
  rmSync(directory, { recursive: true });
});

describe.each(helms())('helm $version', ({ path: program, major }) => {
  const home = path.join(directory, `helm${major}`);
  const kubeconfig = path.join(home, 'kubeconfig');
  const env = { ...helmEnvironment, KUBECONFIG: kubeconfig };
  let cluster: EmptyCluster;

  /** Runs Helm while this process serves what it asks for. */
  const helm = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(program, args, { env, cwd: home, maxBuffer: 1 << 28 });
    return stdout;
  };
  const render = async (...args: string[]) => parseObjects(await helm('template', 'rel', ...args));
  const dryRun = async (...args: string[]) =>
    parseObjects(manifest(await helm('install', 'rel', ...args, '--dry-run=client', '--disable-openapi-validation')));

  beforeAll(async () => {
    mkdirSync(home);
    const objects = await Promise.all(published.map((entry) => render(fileOf(entry))));
    cluster = await emptyCluster(objects.flat());
    writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
    await helm('repo', 'add', `kolla${major}`, repository);
  });
  afterAll(() => cluster.close());

  test('finds every version in the repository, the newest first', async () => {
    const found = JSON.parse(
      await helm('search', 'repo', `kolla${major}/`, '--versions', '--devel', '--output', 'json'),
    );
    expect(found.map(({ name, version }: Package) => `${name} ${version}`)).toEqual([
      `kolla${major}/sample 0.2.0`,
      `kolla${major}/sample 0.1.0`,
    ]);
  });

  test.each(published)('takes $name $version from the repository', async (entry) => {
    const chart = [`kolla${major}/${entry.name}`, '--version', entry.version];
    const expected = await render(fileOf(entry));
    expect(expected).not.toEqual([]);
    expect(await render(...chart)).toEqual(expected);
    expect(await dryRun(...chart)).toEqual(expected);
    await helm('pull', ...chart, '--destination', home);
    expect(pulled(entry)).toEqual(Buffer.from(entry.bytes));
  });

  test.each(published)('takes $name $version from an OCI registry', async (entry) => {
    const base = `oci://${registry.host}/charts${major}`;
    await helm('push', fileOf(entry), base, '--plain-http');
    const chart = [`${base}/${entry.name}`, '--version', entry.version, '--plain-http'];
    const expected = await render(fileOf(entry));
    expect(await render(...chart)).toEqual(expected);
    expect(await dryRun(...chart)).toEqual(expected);
    await helm('pull', ...chart, '--destination', home);
    expect(pulled(entry)).toEqual(Buffer.from(entry.bytes));
  });

  test('a dry run only asks the cluster what it knows', () => {
    expect(cluster.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
    // Helm 4 asks nothing at all.
    expect(cluster.requests.includes('GET /version')).toBe(major === 3);
  });

  const pulled = ({ name, version }: Package) => {
    const file = path.join(home, `${name}-${version}.tgz`);
    const bytes = readFileSync(file);
    rmSync(file);
    return bytes;
  };
});

/** The manifest in what `helm install --dry-run` prints, without its notes. */
function manifest(output: string): string {
  return output.slice(output.indexOf('\nMANIFEST:\n') + '\nMANIFEST:\n'.length).split('\nNOTES:\n')[0] ?? '';
}
