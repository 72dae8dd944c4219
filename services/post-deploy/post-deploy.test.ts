import { parse } from 'yaml';
import { chartsOf } from '../../lib/cloud';
import { cloudOf, required } from '../../test/support/clouds';
import { Objects, containerOf } from '../../test/support/sample';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';

const cloud = cloudOf();
const postDeploy = cloud.services.find((service) => service.node.id === 'post-deploy')!;
const objects = (values: JsonMap = {}, tests = false): Objects =>
  new Objects(cloud.renderService(postDeploy, mergeLayers(required, values), { tests }));
const fileOf = (all: Objects): string => {
  const { data } = all.get('Secret', 'clouds-yaml');
  return Buffer.from(data!['clouds.yaml']!, 'base64').toString();
};
const envOf = ({ env = [] }: ReturnType<typeof containerOf>) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));

test('nothing of it runs by itself', () => {
  expect(objects().ids).toEqual([
    'ConfigMap/post-deploy-scripts',
    'CronJob/post-deploy-smoke',
    'NetworkPolicy/post-deploy-smoke',
    'NetworkPolicy/post-deploy-smoke-test',
    'Secret/clouds-yaml',
    'Secret/post-deploy',
  ]);
});

test('clouds.yaml has the administrator from outside and from inside, of the project and of the system', () => {
  const identity = { adminUser: 'root', adminProject: 'ops', public: { url: 'https://id.example.org' } };
  const file = parse(fileOf(objects({ global: { identity, region: 'north' } }))) as object;
  const own = { username: 'root', password: 'keystone-admin-password', user_domain_name: 'Default' };
  const project = { ...own, project_name: 'ops', project_domain_name: 'Default' };
  const system = { ...own, system_scope: 'all' };
  const outside = { region_name: 'north', interface: 'public', identity_api_version: 3 };
  const inside = { ...outside, interface: 'internal' };
  const internal = 'http://keystone-api.openstack.svc.cluster.local:5000';
  expect(file).toEqual({
    clouds: {
      'kolla-admin': { auth: { auth_url: 'https://id.example.org', ...project }, ...outside },
      'kolla-admin-system': { auth: { auth_url: 'https://id.example.org', ...system }, ...outside },
      'kolla-admin-internal': { auth: { auth_url: internal, ...project }, ...inside },
      'kolla-admin-system-internal': { auth: { auth_url: internal, ...system }, ...inside },
    },
  });
});

test.each([
  ['quotes and what YAML and JSON escape', `'"\\ \\n\\u0041 \${x} {{ .Values }} %41`],
  ['what YAML takes for its own', '# - : {} [] & * ! | > @ ` ? ~'],
  ['what looks like a number', '007'],
  ['what looks like a word', 'yes'],
  ['markup, which Go escapes', '<a href="b">&amp;</a>'],
  ['blanks at its ends', '  a  '],
  ['other scripts', 'ünïcödé пароль 密码 🔑'],
  ['what looks like a hole', '@json:keystone_admin_password@'],
])('any password stands in it as it is: %s', (_, password) => {
  const all = objects({ global: { passwords: { keystone_admin_password: password } } });
  const { clouds } = parse(fileOf(all)) as { clouds: Record<string, { auth: { password: string } }> };
  expect(Object.values(clouds).map(({ auth }) => auth.password)).toEqual(Array(4).fill(password));
});

test('with an existing Secret there is no password to write, and no file; the smoke test reads that Secret', () => {
  const all = objects({ global: { passwords: { existingSecret: 'ours' } } });
  expect(all.ids.filter((id) => id.startsWith('Secret/'))).toEqual([]);
  expect(all.pod('CronJob', 'post-deploy-smoke').spec?.volumes).toContainEqual({
    name: 'secrets',
    secret: {
      secretName: 'ours',
      items: [{ key: 'keystone_admin_password', path: 'keystone_admin_password' }],
      defaultMode: 0o440,
    },
  });
});

test('Helm says how to have the file, where there is one', () => {
  const notes = String(chartsOf(cloud).get('post-deploy')!.files.get('templates/NOTES.txt'));
  const line = "get secret clouds-yaml -o jsonpath='{.data.clouds\\.yaml}' | base64 --decode > clouds.yaml";
  expect(notes).toContain(`  kubectl -n {{ .Release.Namespace }} ${line}\n{{- end }}`);
  expect(notes).not.toMatch(/prepare|rollout/);
});

test('the smoke test is an operation that runs once when it is run, and what `helm test` runs', () => {
  const all = objects({ smoke: { image: 'cirros 0.6', ram: 256, disk: 3, timeout: 90 } }, true);
  const operation = all.get('CronJob', 'post-deploy-smoke');
  expect(operation.spec).toMatchObject({ suspend: true, concurrencyPolicy: 'Forbid' });
  expect(operation.spec!.jobTemplate.spec).toMatchObject({ backoffLimit: 0 });
  const run = containerOf(all.pod('CronJob', 'post-deploy-smoke'), 'smoke');
  const test = containerOf(all.get('Pod', 'post-deploy-smoke-test'), 'smoke-test');
  expect(run.command).toEqual(['python3', '/run/kolla/source/server_smoke.py']);
  expect(test.command!.slice(0, 2)).toEqual(['python3', '-c']);
  expect(envOf(test)).toEqual(envOf(run));
  expect(envOf(run)).toEqual({
    OS_AUTH_URL: 'http://keystone-api.openstack.svc.cluster.local:5000',
    OS_USERNAME: 'admin',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_NAME: 'admin',
    OS_REGION_NAME: 'RegionOne',
    PASSWORD_NAME: 'keystone_admin_password',
    IMAGE: 'cirros 0.6',
    RAM: '256',
    DISK: '3',
    TIMEOUT: '90',
  });
  expect(run.image).toMatch(/\/keystone:2026\.1-debian-/);
});

test('it may ask Keystone, Glance, Neutron and Nova, and nobody else', () => {
  const all = objects();
  const clients = {
    'glance-client': 'true',
    'keystone-client': 'true',
    'neutron-client': 'true',
    'nova-client': 'true',
  };
  expect(all.pod('CronJob', 'post-deploy-smoke').metadata?.labels).toMatchObject(clients);
  for (const name of ['post-deploy-smoke', 'post-deploy-smoke-test']) {
    const { egress = [] } = all.get('NetworkPolicy', name).spec!;
    const ports = egress.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
    expect(ports).toEqual([53, 53, 5000, 9292, 9696, 8774]);
  }
});

test('with a schedule it runs by itself', () => {
  const { spec } = objects({ smoke: { schedule: '30 4 * * *' } }).get('CronJob', 'post-deploy-smoke');
  expect(spec).toMatchObject({ suspend: false, schedule: '30 4 * * *' });
});
