import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Cloud, UMBRELLA, chartsOf } from '../lib/cloud';
import { yaml } from '../lib/cloud/yaml';
import type { JsonMap } from '../lib/values/expression';
import { mergeLayers } from '../lib/values/merge';
import { Keystone } from '../services/keystone';
import { hasPython } from '../tools/openstack-python';
import { helms } from '../tools/toolchain';
import { validValues } from './support/arbitrary';
import { folderOf, renderBatch } from './support/batch';
import { withAddresses } from './support/cloud-values';
import { required } from './support/clouds';
import { helmTemplate, parseObjects } from './support/helm';
import { Image, imageRequired } from './support/image-service';
import { Objects, containerOf } from './support/sample';
import { snapshotsIn } from './support/to-match-yaml';

/** A service that is not one of ours is as good as ours: the same law holds, and nothing in `lib` knows of it. */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['RUNS'] ?? 40);

snapshotsIn(join(__dirname, '__snapshots__'));

const { global: shared, ...own } = imageRequired;
const cloud = new Cloud({ values: [required, { global: shared, image: own }] });
new Keystone(cloud);
const image = new Image(cloud);
const objects = (values: JsonMap = {}): Objects =>
  new Objects(cloud.renderService(image, mergeLayers(imageRequired, values)));

const idOf = (object: object): string => {
  const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } };
  return `${kind}/${metadata.name}`;
};
const byId = (list: readonly object[]) => Object.fromEntries(list.map((object) => [idOf(object), object]));

describe('the plain rendering is what Helm gives', () => {
  const charts = chartsOf(cloud);
  const { properties = {}, ...schema } = image.model.jsonSchema;
  const { enabled: _, ...values } = properties;
  const sets = fc.sample(
    validValues({ ...schema, properties: values }).map((map) =>
      withAddresses(image, mergeLayers(imageRequired, map as JsonMap)),
    ),
    { seed: SEED, numRuns: RUNS },
  );

  const plain = sets.map((set) => byId(cloud.renderService(image, set)));

  test.each(helms())(`helm $version: the service alone, for any values (SEED=${SEED})`, ({ path: helm }) => {
    const { files, metadata } = charts.get('image')!;
    const verdicts = renderBatch(
      { name: 'image', version: metadata.version, files },
      sets.map((set) => ({ values: set })),
      { helm, release: UMBRELLA, namespace: UMBRELLA },
    );
    const found = verdicts.map((verdict) => ('objects' in verdict ? byId(verdict.objects) : verdict));
    sets.forEach((set, i) => expect([set, found[i]]).toEqual([set, plain[i]]));
  });

  test.each(helms())('helm $version: beside Keystone, under one umbrella', ({ path: helm }) => {
    const chart = folderOf(charts.get(UMBRELLA)!.files);
    const all = mergeLayers(required, { global: shared, image: own });
    const printed = parseObjects(helmTemplate(chart, { helm, release: UMBRELLA, namespace: UMBRELLA, values: all }));
    expect(byId(printed)).toEqual(byId(cloud.render(undefined, { tests: true }).map(({ object }) => object)));
  });
});

describe('all charts say the same of where users find Keystone', () => {
  const domain = 'cloud.example.org';
  const clients = { networkPolicy: { clients: { namespaces: ['ingress'] } } };
  const identity = { public: { nodePort: 30500 } };
  const nodePort: JsonMap = { global: { identity }, image: { api: { public: { nodePort: 30292 } } } };
  const given: readonly (readonly [entry: JsonMap, more: JsonMap, keystone: string, image: string])[] = [
    [{ type: 'LoadBalancer', domain }, {}, `http://keystone.${domain}:5000`, `http://image.${domain}:9292`],
    [{ type: 'NodePort', host: '[::1]' }, nodePort, 'http://[::1]:30500', 'http://[::1]:30292'],
    [{ type: 'Ingress', domain }, { global: clients }, `https://keystone.${domain}`, `https://image.${domain}`],
    [
      { type: 'HTTPRoute', domain, gateway: { name: 'public' } },
      { global: clients },
      `https://keystone.${domain}`,
      `https://image.${domain}`,
    ],
  ];
  const all = mergeLayers(required, { global: shared, image: own });
  const layersOf = (publicEndpoints: JsonMap, more: JsonMap) =>
    [all, { global: { publicEndpoints } }, more].reduce(mergeLayers);

  /** Every URL that says where users find a service, by who says it. */
  const said = (list: readonly object[]) => {
    const objects = new Objects(list as JsonMap[]);
    const jobs = list.filter((object) => idOf(object).startsWith('Job/keystone-bootstrap')).map(idOf);
    const { args } = containerOf(objects.pod('Job', jobs[0]!.slice('Job/'.length)), 'bootstrap');
    const { services } = JSON.parse(objects.file('image-registration.json', 'registration.json')) as {
      services: { endpoints: { public: string } }[];
    };
    return {
      keystone: /--public-url=(\S+)/.exec(args!.join(' '))?.[1],
      smoke: containerOf(objects.get('Pod', 'keystone-smoke-test'), 'smoke-test').env?.find(
        ({ name }) => name === 'PUBLIC_URL',
      )?.value,
      authToken: /www_authenticate_uri = (\S+)/.exec(objects.file('image-image.conf', 'image.conf'))?.[1],
      image: services[0]!.endpoints.public,
    };
  };

  test.each(given)('%j', (publicEndpoints, more, keystone, image) => {
    const values = layersOf(publicEndpoints, more);
    const plain = cloud.render([values], { tests: true }).map(({ object }) => object);
    expect(said(plain)).toEqual({ keystone, smoke: keystone, authToken: keystone, image });
    const entries = plain.map(idOf).filter((id) => id.endsWith('-public'));
    const kind = /Port|Balancer/.test(publicEndpoints['type'] as string) ? 'Service' : publicEndpoints['type'];
    expect(entries.sort()).toEqual([`${kind as string}/image-api-public`, `${kind as string}/keystone-api-public`]);
    const chart = folderOf(chartsOf(cloud).get(UMBRELLA)!.files);
    for (const { path: helm } of helms()) {
      const printed = parseObjects(helmTemplate(chart, { helm, release: UMBRELLA, namespace: UMBRELLA, values }));
      expect(byId(printed)).toEqual(byId(plain));
    }
  });
});

test('image-service.sample is what a review reads', () => {
  const shown = cloud.render().filter(({ service, object }) => service === 'image' && idOf(object) !== PROGRAMS);
  const texts = shown.map(({ object }) => yaml(object));
  expect(texts.join('---\n')).toMatchYaml('image-service.sample');
});
const PROGRAMS = 'ConfigMap/image-scripts';

describe('its Secret', () => {
  const keys = (values?: JsonMap) => Object.keys(objects(values).get('Secret', 'image').data ?? {});

  test('has the passwords that it uses and none of another service', () => {
    expect(keys()).toEqual([
      'database_password',
      'image_database_password',
      'image_keystone_password',
      'keystone_admin_password',
      'memcache_secret_key',
    ]);
    const more = keys({ s3: { enabled: true }, notifications: { enabled: true } });
    expect(more).toEqual(expect.arrayContaining(['image_s3_secret_key', 'rabbitmq_password']));
    const prefixed = cloud.render([required, { global: shared, image: own }]);
    const keystone = prefixed.find(({ service, object }) => service === 'keystone' && object['kind'] === 'Secret');
    expect(Object.keys(keystone!.object['data']!).filter((name) => name.startsWith('image_'))).toEqual([]);
  });

  test('is asked for a password of its own only where that is used', () => {
    const { image_s3_secret_key: _, ...others } = imageRequired.passwords;
    const without = { global: shared, passwords: others };
    expect(new Objects(cloud.renderService(image, without)).has('Secret/image')).toBe(true);
    expect(() => cloud.renderService(image, { ...without, s3: { enabled: true } })).toThrow(
      '  passwords.image_s3_secret_key: is required; give it, or name a Secret of your own in global.passwords.existingSecret',
    );
  });

  test('is read by each pod for what the pod needs', () => {
    const read = (kind: 'Deployment' | 'Job', name: string) =>
      objects()
        .pod(kind, name)
        .spec!.volumes!.find((volume) => volume.name === 'secrets')!
        .secret!.items!.map(({ key }) => key);
    expect(read('Deployment', 'image-api')).toEqual([
      'image_database_password',
      'image_keystone_password',
      'memcache_secret_key',
    ]);
    expect(read('Job', objects().job)).toEqual([
      'database_password',
      'image_database_password',
      'image_keystone_password',
      'keystone_admin_password',
      'memcache_secret_key',
    ]);
  });
});

test('it listens on its own port, and its policies know of Keystone and the cache', () => {
  const all = objects({ api: { port: 9393 } });
  expect(all.get('Service', 'image-api').spec?.ports).toEqual([{ name: 'http', port: 9393, targetPort: 'http' }]);
  for (const policy of ['image-api', 'image-bootstrap']) {
    const ports = all.get('NetworkPolicy', policy).spec!.egress!.flatMap((rule) => rule.ports ?? []);
    expect(ports.map(({ port }) => port)).toEqual(expect.arrayContaining([3306, 5000, 11211]));
  }
  expect(all.pod('Job', all.job).metadata?.labels).toMatchObject({ 'keystone-client': 'true' });
});

test('its file from an EJS template has the values of the user', () => {
  const rules = { delete_image: 'role:admin and "x"', add_image: '@' };
  const text = objects({ policy: { publisher: 'curator', rules } }).file('image-policy.yaml', 'policy.yaml');
  expect(text).toBe(`# Who may do what with images.
"publicize_image": "role:curator"
"add_image": "@"
"delete_image": "role:admin and \\"x\\""
"default": "role:reader"
`);
});

describe('its registration in Keystone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-prepare-'));
  const scripts = (room: string, name: string) => join(__dirname, '..', 'lib', room, 'scripts', name);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Passwords of the administrator and of the service's user. */
  const passwords: readonly (readonly [what: string, admin: string, user: string])[] = [
    ['plain letters', 'secret', 'another'],
    ['quotes and backslashes', '"', 'a"b\\c\\"d\\\\'],
    ['what JSON or YAML or a shell would read', '", "password": "x', '$(x) ${y} `z` {{ . }} %s #'],
    ['other alphabets', 'grüße 密码', '🔑\u00a0'],
    ['what looks like a hole', '@json:keystone_admin_password@', '@raw:x@'],
  ];
  const written = objects().file('image-registration.json', 'registration.json');

  /** The file as pods have it: the real `prepare.py` fills its holes, in one run for all of the passwords. */
  function filled(): JsonMap[] {
    const places = ['source', 'secrets', 'output'].map((place) => join(folder, place));
    for (const place of places) mkdirSync(place, { recursive: true });
    const [source, secrets, output] = places as [string, string, string];
    passwords.forEach(([, admin, user], i) => {
      writeFileSync(join(secrets, `keystone_admin_password_${i}`), admin);
      writeFileSync(join(secrets, `image_keystone_password_${i}`), user);
      writeFileSync(join(source, `${i}.json`), written.replace(/@(\w+):(\w+)@/g, `@$1:$2_${i}@`));
    });
    const options = [`--source=${source}`, `--secrets=${secrets}`, `--output=${output}`];
    const files = passwords.map((_, i) => `--file=${i}.json:0600`);
    execFileSync('python3', ['-B', scripts('kolla', 'prepare.py'), ...options, ...files]);
    return passwords.map((_, i) => JSON.parse(readFileSync(join(output, `${i}.json`), 'utf8')) as JsonMap);
  }

  (hasPython() || process.env['CI'] ? test : test.skip)('keeps any passwords as they are', () => {
    const registrations = filled();
    passwords.forEach(([what, admin, user], i) => {
      expect([what, registrations[i]]).toMatchObject([
        what,
        { auth: { password: admin }, users: [{ name: 'image', password: user }] },
      ]);
    });
  });

  test('has all that the program reads of it, and is where the program looks for it', () => {
    const registration = JSON.parse(written) as JsonMap;
    const program = readFileSync(scripts('openstack', 'identity.py'), 'utf8');
    const read = [...program.matchAll(/(?:wanted|auth|user)\['(\w+)'\]/g)].map(([, key]) => key!);
    const keysIn = (value: unknown): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)])
        : [];
    expect(read.length).toBeGreaterThan(10);
    expect(keysIn(registration)).toEqual(expect.arrayContaining([...new Set(read)]));
    expect(registration).toMatchObject({
      services: [
        {
          name: 'image',
          type: 'image',
          description: 'Images of "servers"',
          endpoints: {
            internal: 'http://image-api.openstack.svc.cluster.local:9292',
            public: 'http://image-api.openstack.svc.cluster.local:9292',
          },
        },
      ],
    });
    const bootstrap = containerOf(objects().pod('Job', objects().job), 'bootstrap');
    expect(bootstrap.args!.at(-1)).toBe(
      '--run=python3 /run/kolla/source/identity.py --registration=/etc/image/registration.json',
    );
    expect(bootstrap.volumeMounts!.map(({ mountPath }) => mountPath)).toContain('/etc/image/registration.json');
    expect(objects().get('ConfigMap', 'image-scripts').data).toHaveProperty(['identity.py']);
  });
});
