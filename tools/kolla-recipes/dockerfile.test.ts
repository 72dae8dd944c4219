import { recipeOf } from './dockerfile';
import { chain, recipe } from './facts';
import type { KollaFacts } from './facts';

const DOCKERFILE = `FROM kolla/openstack-base:22.2.0
LABEL maintainer="Kolla"

RUN usermod --append --home /var/lib/keystone --groups kolla keystone \\
    && mkdir -p /var/lib/keystone \\
    # A comment inside of a command.
    && chown -R 42425:42425 /var/lib/keystone
RUN apt-get --error-on=any update && apt-get -y install --no-install-recommends libldap2-dev sudo && apt-get clean
RUN groupadd --gid 42486 haclient \\
    && useradd -l -M --shell /usr/sbin/nologin --uid 42425 --gid 42486 keystone
ENV PATH /var/lib/kolla/venv/bin:$PATH
ENV LANG="C" OTHER=b
COPY extend_start.sh /usr/local/bin/kolla_extend_start
COPY check_a check_b /usr/local/bin/
COPY sudoers /etc/sudoers.d/kolla
COPY passing /tmp/
RUN python3 -m venv --system-site-packages /var/lib/kolla/venv \\
    && python3 -m pip --no-cache-dir install --upgrade -c /requirements/upper-constraints.txt /keystone[ldap] uwsgi
RUN install -d /etc/keystone && /usr/lib/rabbitmq/bin/rabbitmq-plugins enable --offline rabbitmq_management
ENTRYPOINT ["dumb-init", "--"]
USER keystone
`;
const BESIDE: { readonly [name: string]: string } = {
  'extend_start.sh': 'if true; then\n    ARGS="now and then"\nfi\nARGS="-DFOREGROUND"\n',
  sudoers: '# %kolla is a group\n%kolla ALL=(root) NOPASSWD: /usr/local/bin/kolla_set_configs\n',
};

test('a recipe has what its Dockerfile says', () => {
  expect(recipeOf(DOCKERFILE, (name) => BESIDE[name])).toEqual({
    parent: 'openstack-base',
    user: 'keystone',
    entrypoint: ['dumb-init', '--'],
    env: { PATH: '/var/lib/kolla/venv/bin:$PATH' },
    packages: ['libldap2-dev', 'sudo'],
    pip: ['/keystone[ldap]', 'uwsgi'],
    venvs: ['/var/lib/kolla/venv'],
    files: [
      '/etc/sudoers.d/kolla',
      '/usr/local/bin/check_a',
      '/usr/local/bin/check_b',
      '/usr/local/bin/kolla_extend_start',
    ],
    directories: ['/etc/keystone', '/var/lib/keystone'],
    runs: ['/usr/lib/rabbitmq/bin/rabbitmq-plugins'],
    users: { keystone: '42425:42486' },
    members: ['keystone'],
    sudo: ['/usr/local/bin/kolla_set_configs'],
    addedArguments: '-DFOREGROUND',
  });
});

test('an image of the distribution, and packages of Rocky', () => {
  const text =
    'FROM quay.io/rockylinux/rockylinux:10\nRUN dnf -y install erlang-27.* rabbitmq-server && dnf clean all\n';
  expect(recipeOf(text, () => undefined)).toEqual({
    system: 'quay.io/rockylinux/rockylinux:10',
    packages: ['erlang-27.*', 'rabbitmq-server'],
  });
});

test('an image has its own recipe and those of its parents', () => {
  const [base, keystone] = [{ system: 'debian:trixie' }, { parent: 'base', user: 'keystone' }];
  const facts: KollaFacts = {
    kolla: '22.2.0',
    images: { base: { debian: base, ubuntu: 'debian' }, keystone: { debian: keystone, ubuntu: 'debian' } },
  };
  expect(chain(facts, 'keystone', 'ubuntu')).toEqual([keystone, base]);
  expect(chain(facts, 'keystone', 'rocky')).toEqual([]);
  expect(recipe(facts, 'nova-api', 'debian')).toBeUndefined();
});
