import type { Container, PodSecurityContext } from 'kubernetes-types/core/v1';
import type { KollaFacts } from '../../tools/kolla-recipes/facts';
import type { KubernetesObject } from '../policy/rule';
import { containerCases } from './containers';
import { containerRules, foundBy } from './rules';

/** Each rule finds what it is for, in a pod that is as it should be but for one thing. */
const facts: KollaFacts = {
  kolla: '22.2.0',
  images: {
    base: {
      debian: {
        system: 'debian:trixie',
        files: ['/usr/local/bin/kolla_start', '/usr/local/bin/kolla_set_configs'],
        packages: ['dumb-init', 'python3', 'sudo'],
        sudo: ['/usr/local/bin/kolla_set_configs'],
        users: { keystone: '42425:42425', mysql: '42434:42434' },
      },
    },
    'openstack-base': {
      debian: {
        parent: 'base',
        env: { PATH: '/var/lib/kolla/venv/bin:$PATH' },
        venvs: ['/var/lib/kolla/venv'],
        pip: ['pymysql', 'uwsgi'],
      },
    },
    keystone: {
      debian: {
        parent: 'openstack-base',
        pip: ['/keystone[ldap]'],
        directories: ['/etc/keystone'],
        files: ['/usr/local/bin/kolla_extend_start'],
        members: ['keystone'],
      },
    },
    'keystone-older': {
      debian: {
        parent: 'keystone',
        files: ['/usr/local/bin/kolla_extend_start'],
        addedArguments: '-DFOREGROUND',
      },
    },
    'mariadb-server': { debian: { parent: 'base', user: 'mysql', members: ['mysql'] } },
  },
};

const CONFIG = {
  command: 'uwsgi --ini /etc/keystone/uwsgi.ini',
  config_files: [{ dest: '/etc/keystone/uwsgi.ini', owner: 'keystone' }],
};

interface Change {
  readonly container?: Partial<Container>;
  readonly security?: PodSecurityContext;
  readonly files?: { readonly [name: string]: string };
  readonly paths?: readonly string[];
  readonly facts?: KollaFacts;
}

/** What a rule says of a pod that is right but for a change. */
function said(rule: string, { container, security, files, paths = [], facts: other = facts }: Change): string[] {
  const keystone: Container = {
    name: 'api',
    image: 'quay.io/openstack.kolla/keystone:2026.1-debian-trixie',
    command: ['python3', '/run/kolla/source/prepare.py', '--database=keystone@db:1/keystone'],
    volumeMounts: [{ name: 'config', mountPath: '/etc/keystone/keystone.conf' }],
    ...container,
  };
  const data = { 'uwsgi.ini': 'module = keystone.wsgi.api:application', ...files };
  const objects = [
    { kind: 'ConfigMap', metadata: { name: 'files' }, data },
    {
      kind: 'Deployment',
      metadata: { name: 'keystone-api' },
      spec: {
        template: {
          spec: {
            securityContext: { runAsUser: 42425, runAsGroup: 42425, fsGroup: 42425, ...security },
            containers: [keystone],
            volumes: [{ name: 'config', configMap: { name: 'files' } }],
          },
        },
      },
    },
  ] as KubernetesObject[];
  const sources = { 'prepare.py': { runs: [], imports: [], later: [], paths } };
  return foundBy(containerRules[rule]!, containerCases(objects, { facts: other, distro: 'debian', sources }));
}

const image = (name: string, tag = '2026.1-debian-trixie') => ({ image: `quay.io/openstack.kolla/${name}:${tag}` });
const kolla = (change: object = {}) => ({
  container: { command: ['dumb-init', '--single-child', '--', 'kolla_start'] },
  files: { 'api.json': JSON.stringify({ ...CONFIG, ...change }, null, 2) },
});
const without = (name: string, what: object): KollaFacts => ({
  ...facts,
  images: { ...facts.images, [name]: { debian: { ...(facts.images[name]!.debian as object), ...what } } },
});
const WHERE = 'Deployment/keystone-api: api: ';
const VENV_PATH = '/var/lib/kolla/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const sourced = (program: string, ...args: string[]) => ({
  container: { command: ['python3', `/run/kolla/source/${program}`, ...args] },
});

const wrong: { readonly [rule: string]: readonly (readonly [Change, string])[] } = {
  'the image is one that Kolla builds': [
    [{ container: image('keystne') }, 'Kolla 22.2.0 has no image keystne of debian; did you mean keystone?'],
    [{ container: image('zun-api') }, 'Kolla 22.2.0 has no image zun-api of debian'],
  ],
  'the tag names the distribution that Kolla builds the image from': [
    [
      { container: image('keystone', '2026.1-debian-bookworm') },
      'tag 2026.1-debian-bookworm, but keystone is made from debian:trixie',
    ],
  ],
  'the user is one of the image, and the one that the image is for': [
    [{ security: { runAsUser: 1000 } }, 'it runs as 1000, who is nobody; keystone is for keystone (42425)'],
    [{ container: image('mariadb-server') }, 'it runs as keystone (42425); mariadb-server is for mysql (42434)'],
    [{ security: { fsGroup: 42434 } }, 'its group is 42434; that of keystone (42425) is 42425'],
  ],
  'each command is in the image': [
    [
      { container: { command: ['keystone-manag', 'db_sync'] } },
      `it runs keystone-manag, which keystone does not have in ${VENV_PATH}; did you mean keystone-manage?`,
    ],
    [
      { container: { command: ['/usr/bin/keystone-manage'] } },
      `it runs /usr/bin/keystone-manage, which keystone does not have in ${VENV_PATH}`,
    ],
    [
      { container: { args: ['--run=glance-manage db sync'] } },
      `it runs glance-manage, which keystone does not have in ${VENV_PATH}`,
    ],
    [
      { container: { command: ['sh', '-c', 'A=b python3 a.py && crl b | python3 c.py'] } },
      `it runs crl, which keystone does not have in ${VENV_PATH}`,
    ],
    [
      { container: { command: ['sh', '-c', 'n=1; while [ $n -gt 0 ] && gerp a; do n=$((n-1)); sleep 1; done'] } },
      `it runs gerp, which keystone does not have in ${VENV_PATH}; did you mean grep?`,
    ],
    [
      { container: { livenessProbe: { exec: { command: ['curl'] } } } },
      `it runs curl, which keystone does not have in ${VENV_PATH}`,
    ],
    [
      { container: { command: ['python3', '/run/kolla/source/rabbitmq_operations.py'] } },
      `rabbitmq_operations.py runs /usr/lib/rabbitmq/bin/rabbitmqctl, which keystone does not have in ${VENV_PATH}`,
    ],
  ],
  'each program of ours is meant for the image': [
    [sourced('prepar.py'), 'prepar.py is not in the table of programs; did you mean prepare.py?'],
    [sourced('member.py', 'run'), 'member.py is for mariadb-server, not keystone'],
  ],
  'each module that a program imports is there for the Python that runs it': [
    [
      sourced('s3.py'),
      's3.py imports boto3, which glance_store[s3] brings, but /var/lib/kolla/venv/bin/python3 of keystone has it not',
    ],
    [
      { container: { command: ['/usr/bin/python3', '/run/kolla/source/prepare.py', '--database=a@b:1/c'] } },
      'database.py imports pymysql, which pymysql brings, but /usr/bin/python3 of keystone has it not',
    ],
    [
      { container: { ...image('mariadb-server') } },
      'database.py imports pymysql, which pymysql brings, but /usr/bin/python3 of mariadb-server has it not',
    ],
  ],
  'the WSGI application is in the image': [
    [
      { files: { 'uwsgi.ini': '[uwsgi]\nmodule = keystone.wsgi.apy:application\n' } },
      'uwsgi.ini serves keystone.wsgi.apy, which keystone does not have; did you mean keystone.wsgi.api?',
    ],
    [
      { files: { 'uwsgi.ini': 'module = glance.wsgi.api:application' } },
      'uwsgi.ini serves glance.wsgi.api, which keystone does not have',
    ],
  ],
  'each path in arguments, variables and files is ours or in the image': [
    [
      { container: { env: [{ name: 'CONFIG', value: '/etc/keystne' }] } },
      '/etc/keystne is no volume of it, and keystone of debian has it not; did you mean /etc/keystone?',
    ],
    [
      { files: { 'my.cnf': 'wsrep_provider = /usr/lib64/galera-4/libgalera_smm.so' } },
      '/usr/lib64/galera-4/libgalera_smm.so is no volume of it, and keystone of debian has it not',
    ],
  ],
  'each path in a program of ours is ours or in the image': [
    [
      { paths: ['/usr/lib*/galera*/libgalera_smm.so'] },
      'prepare.py: /usr/lib*/galera*/libgalera_smm.so is no volume of it, and keystone of debian has it not',
    ],
    [
      { paths: ['/var/lib/mysql/data/{name}'] },
      'prepare.py: /var/lib/mysql is no volume of it, and keystone of debian has it not',
    ],
  ],
  'kolla_set_configs may run, and puts files where there are folders': [
    [
      { ...kolla(), facts: without('keystone', { members: ['nobody'] }) },
      'keystone is no member of kolla in keystone; nobody are',
    ],
    [{ ...kolla(), facts: without('base', { packages: ['dumb-init'] }) }, 'keystone has no sudo'],
    [{ ...kolla(), facts: without('base', { sudo: [] }) }, 'sudo may not run kolla_set_configs'],
    [
      kolla({ config_files: [{ dest: '/etc/keystone/a', owner: 'root' }] }),
      'files are given to root, it runs as keystone',
    ],
    [
      kolla({ config_files: [{ dest: '/etc/keyston/a', owner: 'keystone' }] }),
      '/etc/keyston is no volume of it, and keystone of debian has it not; did you mean /etc/keystone?',
    ],
  ],
  'kolla_start runs the command as it is': [
    [
      { ...kolla(), container: { ...kolla().container, ...image('keystone-older') } },
      `kolla_extend_start of keystone-older adds -DFOREGROUND to ${CONFIG.command}`,
    ],
  ],
};

describe.each(Object.keys(containerRules))('%s:', (rule) => {
  it('finds nothing in a pod that is right', () => {
    expect([...said(rule, {}), ...said(rule, kolla())]).toEqual([]);
  });

  it.each(wrong[rule]!)('%j: %s', (change, what) => {
    expect(said(rule, change)).toContain(`${WHERE}${what}`);
  });
});

test('kolla_start is as it should be where it skips kolla_extend_start', () => {
  const env = [{ name: 'KOLLA_SKIP_EXTEND_START', value: 'true' }];
  const container = { ...kolla().container, ...image('keystone-older'), env };
  expect(said('kolla_start runs the command as it is', { ...kolla(), container })).toEqual([]);
});
