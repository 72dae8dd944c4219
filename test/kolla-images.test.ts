import { KOLLA_USERS, RELEASES } from '../lib/kolla';
import type { JsonMap } from '../lib/values/expression';
import { KOLLA_DISTROS } from '../tools/kolla-recipes/facts';
import { committedFacts } from './kolla-images/committed';
import { containerCases } from './kolla-images/containers';
import { KollaImage } from './kolla-images/image';
import { PROGRAMS, programFiles, sourcesOf } from './kolla-images/programs';
import { containerRules, foundBy } from './kolla-images/rules';
import type { KubernetesObject } from './policy/rule';
import { cloudOf } from './support/clouds';
import { Image, imageRequired } from './support/image-service';
import { passwords } from './support/passwords';
import { profiles } from './support/profiles';

/** All that our pods name — images, users, commands, modules, paths — is in Kolla's recipes of both releases. */
const facts = Object.fromEntries(RELEASES.map((release) => [release, committedFacts(release)]));
const sources = sourcesOf(programFiles());

const s3: JsonMap = {
  mariadb: {
    backup: { enabled: true, s3: { enabled: true } },
    passwords: { mariadb_backup_s3_access_key: 'fake-access-key', mariadb_backup_s3_secret_key: 'fake-secret-key' },
  },
};
const tls: JsonMap = { global: { database: { tls: { enabled: true } }, messaging: { tls: { enabled: true } } } };
const sriov: JsonMap = { neutron: { sriov: { enabled: true } } };
const fakeComputes: JsonMap = { nova: { fakeComputes: { replicas: 2 } } };
/** With each part that there may be. */
const EVERYTHING = 'ha, tls, s3, sriov, fake computes';
const { 'kolla-start': _, ...startedDirectly } = profiles;
const clouds = { ...startedDirectly, [EVERYTHING]: [...profiles['ha']!, tls, s3, sriov, fakeComputes] };
/** Pods of distributions differ in the tag alone, so one cloud will do for the others. */
const cloudsOf = (distro: string) =>
  Object.entries(clouds).filter(([name]) => distro === 'debian' || name === EVERYTHING);

/** The objects of all our services, and of one that is not ours. */
function rendered(layers: readonly JsonMap[], global: JsonMap): KubernetesObject[] {
  const { passwords: own, ...shared } = imageRequired;
  const cloud = cloudOf({ values: [shared, passwords, ...layers, { global, image: { passwords: own } }] });
  new Image(cloud);
  return cloud.render(undefined, { tests: true }).map(({ object }) => object as KubernetesObject);
}

const known = RELEASES.flatMap((release) =>
  KOLLA_DISTROS.map((distro) => ({ release, distro, what: { facts: facts[release]!, distro, sources } })),
);

/** What may be found: what is not there and need not be. */
const allowed = [
  // Host agents, whose images are for another user or for nobody. Why they are root: docs/host-agents.md.
  /^DaemonSet\/\S+: [a-z0-9-]+: it runs as root \(0\); \S+ is for (neutron|nova)? ?(\(\d+\))?$/,
  // Folders that kolla_set_configs makes: the service is called `image`, and Rocky's MariaDB has /etc/my.cnf.d.
  /^Deployment\/image-api: api: \/etc\/image is no volume/,
  /^Deployment\/keystone-api: api: \/etc\/keystone\/credential-keys is no volume/,
  /^StatefulSet\/mariadb: server: \/etc\/mysql is no volume/,
  /^(DaemonSet|Deployment|StatefulSet)\/neutron-\S+: [a-z-]+: \/etc\/neutron\/plugins\/ml2 is no volume/,
  // This operation is a client only: it neither reads the server's options nor looks for its socket.
  /^CronJob\/mariadb-drop-old-passwords: drop: member\.py: \/(etc\/mysql|run\/mysqld) is no volume/,
  // The same program, as the switch: the database is in another pod.
  /^DaemonSet\/openvswitch-vswitchd-\S+: vswitchd: openvswitch\.py: \/var\/lib\/openvswitch is no volume/,
  // s3.py has the names of backups from backup.py, and makes none.
  /^CronJob\/mariadb-[a-z-]+: (upload|download): backup\.py runs mariadb-backup,/,
  // Where Glance's API has its volumes and the keys of Ceph. Its commands touch no image.
  /^(Job|CronJob)\/glance-\S+: [a-z-]+: \/(var\/lib\/glance\/[a-z_]+|etc\/ceph\/ceph.conf) is no volume/,
  // Where Keystone's keys are in its API. Its commands make no token and read none, or are told another place.
  /^(Job|CronJob)\/keystone-\S+: [a-z-]+: \/etc\/keystone\/(fernet|credential)-keys is no volume/,
];

const unused = new Set(allowed);

describe.each(known)('Kolla of $release, $distro:', ({ release, distro, what }) => {
  const cases = ['direct', 'kolla'].flatMap((startMode) =>
    cloudsOf(distro).flatMap(([name, layers]) => {
      const objects = rendered(layers, { release, distro, startMode });
      return containerCases(objects, what).map((of) => ({ ...of, cloud: `${name}, start mode ${startMode}` }));
    }),
  );

  test.each(Object.entries(containerRules))('%s', (__, rule) => {
    expect(cases.length).toBeGreaterThan(30);
    const found = cases.flatMap((of) =>
      foundBy(rule, [of]).flatMap((text) => {
        const known = allowed.find((one) => one.test(text));
        if (known) unused.delete(known);
        return known ? [] : [`${of.cloud}: ${text}`];
      }),
    );
    expect([...new Set(found)]).toEqual([]);
  });

  test('has the users of our table', () => {
    const { users } = new KollaImage('base', distro, what.facts);
    const ids = Object.fromEntries(users.map(({ name, uid, gid }) => [name, `${uid}:${gid}`]));
    const wrong = Object.entries(KOLLA_USERS).filter(([name, uid]) => ids[name] !== `${uid}:${uid}`);
    expect(wrong.map(([name, uid]) => `${name}: ${uid}, in Kolla ${ids[name] ?? 'nobody'}`)).toEqual([]);
  });
});

test('the table of programs says what their sources do', () => {
  const table = Object.entries(PROGRAMS).map(([name, { runs = [], imports = [], later = {} }]) => [
    name,
    { runs, imports, later: Object.keys(later) },
  ]);
  const said = Object.entries(sources).map(([name, { runs, imports, later }]) => [name, { runs, imports, later }]);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(table));
});

test('all that may be found is found', () => expect([...unused]).toEqual([]));
