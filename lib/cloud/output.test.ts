import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cloudOf, required } from '../../test/support/clouds';
import { messageOf } from '../../test/support/message-of';
import { parseObjects } from '../../test/support/objects';
import { sampleService } from '../../test/support/sample';
import { KubeObject } from '../kubernetes/kube-object';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { global } from '../openstack/global';
import { serviceValues } from '../openstack/service';
import type { JsonMap } from '../values/expression';
import { word } from '../values/types';
import { hasToken, isSet, when } from '../values/value';
import { outputOf } from './output';
import type { Output } from './output';
import { UMBRELLA, splitValues, umbrellaDefaults } from './umbrella';
import { MARKER, writeOutput } from './write';
import { yaml as yamlOf } from './yaml';

describe('the values of a cloud are split as Helm does it for subcharts:', () => {
  const split = (user: JsonMap) => splitValues(user, ['keystone', 'memcached']);
  const block = (user: JsonMap, name = 'keystone') => split(user).blocks.get(name);
  const problems = (user: JsonMap) => split(user).problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

  test('each service is enabled unless the user says otherwise', () => {
    expect(umbrellaDefaults(['keystone'])).toEqual({ global: {}, keystone: { enabled: true } });
    expect(block({})).toEqual({ enabled: true, user: { enabled: true, global: {} } });
    expect(block({ keystone: { enabled: false } })?.enabled).toBe(false);
    expect(problems({})).toEqual([]);
  });

  test('`global` goes to every service, over what its block says of it', () => {
    const user = { global: { region: 'a', debug: true }, keystone: { global: { region: 'b', distro: 'rocky' } } };
    expect(block(user)?.user).toEqual({ enabled: true, global: { region: 'a', debug: true, distro: 'rocky' } });
    expect(block(user, 'memcached')?.user).toEqual({ enabled: true, global: { region: 'a', debug: true } });
  });

  test.each<[string, JsonMap, string]>([
    ['an unknown service', { keystnoe: {} }, "keystnoe: is not known; did you mean 'keystone'?"],
    ['one with no near name', { nova: {} }, 'nova: is not known; there is global, keystone, memcached'],
    [
      'a service that is no map',
      { keystone: true },
      'keystone: found the boolean true, a map is needed: the values of the service',
    ],
    ['`global` that is no map', { global: [] }, 'global: found a list, a map is needed'],
    [
      '`enabled` as a text',
      { keystone: { enabled: 'false' } },
      'keystone.enabled: found the string "false", true or false is needed',
    ],
    [
      'no `enabled` at all',
      { keystone: { enabled: null } },
      'keystone.enabled: found nothing, true or false is needed',
    ],
  ])('%s is refused', (_, user, problem) => {
    expect(problems(user)).toEqual([problem]);
  });
});

describe('a cloud', () => {
  const cloud = cloudOf({ values: [required] });
  const { manifests, secrets, charts, repository, yaml } = outputOf(cloud);

  test('has no Secret among its manifests, and a file for each object', () => {
    expect([...manifests.values()].filter((text) => /^kind: Secret$/m.test(text))).toEqual([]);
    const withSecrets = cloud.services.filter(({ passwordNames }) => passwordNames.length > 0);
    const ofPasswords = [...secrets.keys()].filter((path) => path !== 'post-deploy/secret-clouds-yaml.yaml');
    expect(ofPasswords).toEqual(withSecrets.map(({ node }) => `${node.id}/secret.yaml`));
    for (const text of [...manifests.values(), ...secrets.values()]) expect(text.match(/^kind: /gm)).toHaveLength(1);
    expect(yaml.match(/^kind: /gm)).toHaveLength(manifests.size + secrets.size);
  });

  test('has a chart a service and one over all, and the packages of all', () => {
    const names = new Set([...charts.keys()].map((path) => path.split('/')[0]));
    expect([...names].sort()).toEqual([...cloud.services.map(({ node }) => node.id), UMBRELLA].sort());
    expect([...repository.keys()].filter((path) => path.endsWith('.tgz'))).toHaveLength(names.size);
    expect(repository.has('index.yaml')).toBe(true);
  });

  test('tells in the README of a chart of its values, and in that of all of what they share', () => {
    const values = (name: string) =>
      [...String(charts.get(`${name}/README.md`)).matchAll(/^\| `([\w.]+)`/gm)].map(([, path]) => path!);
    const isPassword = (path: string) => path.startsWith('global.passwords.');
    const [keystone, all] = [values('keystone'), values(UMBRELLA)];
    expect(keystone.filter((path) => path.startsWith('global.') && !isPassword(path))).toEqual([]);
    expect(keystone).toEqual(expect.arrayContaining(['api.replicas', 'global.passwords.keystone_admin_password']));
    expect(all.filter((path) => !path.startsWith('global.'))).toEqual([]);
    expect(all).toEqual(expect.arrayContaining(['global.region', 'global.database.host']));
    expect(all.filter((path) => isPassword(path) && path.endsWith('_password'))).toEqual([]);
  });

  test('leaves no token anywhere: each value has been rendered', () => {
    const texts = [...manifests.values(), ...secrets.values(), ...charts.values()];
    expect(texts.filter((text) => hasToken(String(text)))).toEqual([]);
  });

  test('does not take a value in a place that is not rendered, such as a name of a key', () => {
    const { cloud } = sampleService(serviceValues('sample', [], { name: word().default('x') }), (service) => {
      const { name } = service.values;
      new KubeObject<ConfigMap>(service, 'app', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: service.metadata('app'),
        data: { name: `${name}`, [`key-${name}`]: `${service.release}` },
      });
    });
    expect(messageOf(() => outputOf(cloud))).toBe(
      'sample/configmap-app.yaml: a value was put into a text that is not rendered',
    );
  });

  test('nor in the help of a value, which only the chart has', () => {
    const help = `The region. Default: ${global.region}`;
    const { cloud } = sampleService(
      serviceValues('sample', [], { region: word().optional().describe(help) }),
      (service) => {
        const { region } = service.values;
        const data = { region: when(isSet(region), region) };
        new KubeObject<ConfigMap>(service, 'app', {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: service.metadata('app'),
          data,
        });
      },
    );
    expect(() => outputOf(cloud)).toThrow(/^sample\/\S+: a value was put into a text that is not rendered$/);
  });

  // Go reads YAML 1.1; js-yaml by itself would leave some of these bare.
  test.each(['1_000', '1_000e3', '1e1_0', '.5_0', '-1_000'])('quotes %s, which Go takes for a number', (text) => {
    const object = { a: text, b: [text], c: { [text]: 'x' } };
    expect(parseObjects(yamlOf(object))).toEqual([object]);
  });
});

describe('writing', () => {
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-out-'));
    folders.push(folder);
    return folder;
  };
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  const output = (files: Partial<Output>): Output => ({
    manifests: new Map([['a/object.yaml', 'kind: A\n']]),
    secrets: new Map([['a/secret.yaml', 'kind: Secret\n']]),
    charts: new Map(),
    repository: new Map([['a-1.tgz', new Uint8Array([1, 2])]]),
    argocd: new Map(),
    flux: new Map(),
    yaml: '',
    ...files,
  });
  const files = (folder: string): string[] =>
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((path) => !['.gitignore', MARKER].includes(basename(path)) && statSync(join(folder, path)).isFile())
      .sort();

  test('puts each folder in the place of the old one, whole', () => {
    const folder = newFolder();
    writeOutput(folder, output({ manifests: new Map([['old/object.yaml', 'kind: Old\n']]) }));
    writeOutput(folder, output({}));
    expect(files(folder)).toEqual(['manifests/a/object.yaml', 'repository/a-1.tgz', 'secrets/a/secret.yaml']);
    expect(readFileSync(join(folder, 'repository/a-1.tgz'))).toEqual(Buffer.from([1, 2]));
    expect(existsSync(join(folder, 'charts'))).toBe(true);
  });

  test('lets nobody else read the Secrets', () => {
    const folder = newFolder();
    writeOutput(folder, output({}));
    const mode = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
    expect([mode('secrets'), mode('secrets/a/secret.yaml')]).toEqual(['700', '600']);
  });

  test('makes the folder where it is not there, and touches nothing else in it', () => {
    const folder = join(newFolder(), 'clouds', 'north');
    mkdirSync(join(folder, 'notes'), { recursive: true });
    writeFileSync(join(folder, 'README.md'), 'mine');
    writeFileSync(join(folder, 'notes', 'x.yaml'), 'mine');
    writeOutput(folder, output({}));
    expect(files(folder)).toEqual(expect.arrayContaining(['README.md', 'notes/x.yaml', 'manifests/a/object.yaml']));
    expect(readdirSync(folder).sort()).toEqual(['README.md', 'charts', 'manifests', 'notes', 'repository', 'secrets']);
  });

  test('that fails leaves what was there, and nothing of its own', () => {
    const folder = newFolder();
    writeOutput(folder, output({}));
    const before = files(folder);
    // A file that would stand in a folder's place fails in the last of the folders.
    const broken = new Map([
      ['a', 'a file'],
      ['a/b', 'in a file'],
    ]);
    const name = basename(folder);
    expect(messageOf(() => writeOutput(folder, output({ manifests: new Map(), repository: broken })))).toMatch(
      new RegExp(`^cannot write \\S+/${name}: it is there already \\(EEXIST\\); what was there is unchanged$`),
    );
    expect(files(folder)).toEqual(before);
    expect(readFileSync(join(folder, 'manifests/a/object.yaml'), 'utf8')).toBe('kind: A\n');
  });

  describe('puts everything back', () => {
    const contents = (folder: string) => files(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]);
    const next = output({
      manifests: new Map([['b/object.yaml', 'kind: B\n']]),
      secrets: new Map([['b/secret.yaml', 'kind: Secret\nof: b\n']]),
    });
    /** Lets some renames fail, counted from 1. */
    const failing = (fails: (n: number) => boolean): void => {
      const rename = fs.renameSync;
      let n = 0;
      jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
        n += 1;
        if (fails(n)) throw new Error(`EIO: rename ${n}`);
        rename(from, to);
      });
    };
    afterEach(() => jest.restoreAllMocks());

    // The commit; then out and in, four folders.
    test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('if rename %i fails', (failed) => {
      const folder = newFolder();
      writeOutput(folder, output({}));
      const before = contents(folder);
      failing((n) => n === failed);
      expect(messageOf(() => writeOutput(folder, next))).toBe(
        `cannot write ${folder}: EIO: rename ${failed}; what was there is unchanged`,
      );
      expect(contents(folder)).toEqual(before);
      expect(readdirSync(folder).sort()).toEqual(['charts', 'manifests', 'repository', 'secrets']);
    });

    test.each([1, 2, 3, 4, 5])('if rename %i fails, and nothing was there before', (failed) => {
      const folder = newFolder();
      failing((n) => n === failed);
      expect(messageOf(() => writeOutput(folder, next))).toBe(
        `cannot write ${folder}: EIO: rename ${failed}; what was there is unchanged`,
      );
      expect(readdirSync(folder)).toEqual([]);
    });

    test('or says where it is, if from then on every rename fails', () => {
      const folder = newFolder();
      writeOutput(folder, output({}));
      failing((n) => n >= 5);
      const old = join(folder, '.replacing', 'old');
      expect(messageOf(() => writeOutput(folder, next))).toBe(
        `cannot write ${folder}: EIO: rename 5; what was in manifests, secrets is now in ${old}`,
      );
      expect(contents(old)).toEqual([
        ['manifests/a/object.yaml', 'kind: A\n'],
        ['secrets/a/secret.yaml', 'kind: Secret\n'],
      ]);
    });
  });

  test('is not even begun where the values are refused', () => {
    const folder = newFolder();
    const cloud = cloudOf({ outdir: folder, values: [required, { keystone: { api: { replicas: 'three' } } }] });
    expect(messageOf(() => cloud.synth())).toBe(
      'the values of openstack are not valid:\n  keystone.api.replicas: found the string "three", an integer from 0 to 2147483647 is needed',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('into a folder that may not be written says so', () => {
    const folder = newFolder();
    chmodSync(folder, 0o500);
    // Root may write everywhere.
    if (process.getuid?.() !== 0)
      expect(messageOf(() => writeOutput(folder, output({})))).toBe(
        `cannot write ${folder}: you have no rights to it (EACCES)`,
      );
    chmodSync(folder, 0o700);
  });
});
