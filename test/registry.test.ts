import { execFile } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer, type Server } from 'http';
import { tmpdir } from 'os';
import * as path from 'path';
import { promisify } from 'util';
import { UMBRELLA, chartsOf, outputOf } from '../lib/cloud';
import { indexYaml, type Chart } from '../lib/package';
import { VERSION } from '../lib/version';
import { helms } from '../tools/toolchain';
import { cloudOf, required } from './support/clouds';
import { emptyCluster, listen, type EmptyCluster } from './support/empty-cluster';
import { helmEnvironment, parseObjects, type ParsedObject } from './support/helm';
import { manifestOf } from './support/many-helms';
import { ociRegistry, type OciRegistry } from './support/oci-registry';
import { chartsAt } from './support/versions';

/** A chart of this project, packed. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly chart: Chart['metadata'];
  readonly bytes: Uint8Array;
}

const NEXT = '99.0.0';

/** What is published: each chart of this version and of a later one. */
const charts = chartsOf(cloudOf());
const published: readonly Package[] = [charts, chartsAt(NEXT, charts)]
  .flatMap((some) => [...some.values()])
  .map(({ metadata, package: bytes }) => ({ name: metadata.name, version: metadata.version, chart: metadata, bytes }));
const directory = mkdtempSync(path.join(tmpdir(), 'packages-'));
const values = ['--values', path.join(directory, 'values.json')];
const fileOf = ({ name, version }: Package) => path.join(directory, `${name}-${version}.tgz`);
jest.setTimeout(60_000);
let http: Server;
let repository: string;
let registry: OciRegistry;

beforeAll(async () => {
  for (const entry of published) writeFileSync(fileOf(entry), entry.bytes);
  writeFileSync(path.join(directory, 'index.yaml'), indexYaml(published));
  writeFileSync(path.join(directory, 'values.json'), JSON.stringify(required));
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

test('what is published are the packages that a cloud writes', () => {
  const { repository } = outputOf(cloudOf({ values: [required] }));
  const now = published.filter(({ version }) => version === VERSION);
  expect(now.map(({ name }) => name)).toContain(UMBRELLA);
  for (const { name, bytes } of now) expect(repository.get(`${name}-${VERSION}.tgz`)).toEqual(bytes);
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
  const render = async (...args: string[]) =>
    parseObjects(await helm('template', 'rel', '--skip-tests', ...args, ...values));
  const install = ['--dry-run=client', '--disable-openapi-validation', ...values];
  const dryRun = async (...args: string[]) =>
    parseObjects(manifestOf(await helm('install', 'rel', ...args, ...install)));
  /** What each package gives when it is taken from its file. */
  const expected = new Map<Package, ParsedObject[]>();

  beforeAll(async () => {
    mkdirSync(home);
    const objects = await Promise.all(published.map((entry) => render(fileOf(entry))));
    published.forEach((entry, i) => expected.set(entry, objects[i]!));
    cluster = await emptyCluster(objects.flat());
    writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
    await helm('repo', 'add', `kolla${major}`, repository);
  });
  afterAll(() => cluster.close());

  test('finds every version in the repository, the newest first', async () => {
    const found = JSON.parse(
      await helm('search', 'repo', `kolla${major}/`, '--versions', '--devel', '--output', 'json'),
    );
    const names = [...new Set(published.map(({ name }) => name))].sort();
    expect(found.map(({ name, version }: Package) => `${name} ${version}`)).toEqual(
      names.flatMap((name) => [`kolla${major}/${name} ${NEXT}`, `kolla${major}/${name} ${VERSION}`]),
    );
  });

  /** Helm renders, would install and pulls what was published, wherever it takes it from. */
  const takes = async (entry: Package, ...chart: string[]) => {
    const [rendered, installed] = await Promise.all([
      render(...chart),
      dryRun(...chart),
      helm('pull', ...chart, '--destination', home),
    ]);
    expect(rendered).not.toEqual([]);
    expect(rendered).toEqual(expected.get(entry));
    expect(installed).toEqual(expected.get(entry));
    expect(pulled(entry)).toEqual(Buffer.from(entry.bytes));
  };

  test.each(published)('takes $name $version from the repository', async (entry) => {
    await takes(entry, `kolla${major}/${entry.name}`, '--version', entry.version);
  });

  test.each(published)('takes $name $version from an OCI registry', async (entry) => {
    const base = `oci://${registry.host}/charts${major}`;
    await helm('push', fileOf(entry), base, '--plain-http');
    await takes(entry, `${base}/${entry.name}`, '--version', entry.version, '--plain-http');
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
