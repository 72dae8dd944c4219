import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodCluster } from '../pods/cluster';
import type { Pod } from '../pods/pod';
import { debianRoot } from '../pods/root';
import { certificateSecret } from '../support/certificates';
import { until } from '../support/until';
import { Database, PASSWORDS, empty, report, spoil } from './cluster';

/**
 * The real server, proxy and a client, as the chart gives them: `npm run test:mariadb`. What is lost, killed, cut off or
 * filled here comes back by itself, and nothing that was acknowledged is gone.
 */
jest.setTimeout(600_000);

/** A test that shows, where it fails, what each pod has been through and said. */
const scenarioOf =
  (database: () => Database) =>
  (name: string, run: () => Promise<void>): void =>
    test(name, async () => {
      database().mark();
      await run().catch((error: unknown) => {
        report(database().cluster.describe());
        throw error;
      });
    });

describe('three members', () => {
  let cluster: PodCluster;
  let database: Database;
  let members: Pod[];
  const [first, second, third] = ['mariadb-0', 'mariadb-1', 'mariadb-2'] as const;

  beforeAll(async () => {
    database = await Database.of();
    cluster = database.cluster;
  });
  const scenario = scenarioOf(() => database);
  afterAll(() => cluster.end());

  scenario('first start: all at once, with nothing on their volumes', async () => {
    members = await database.start();
    expect(await database.writer()).toBe(first);
    expect(await database.sql('SELECT CURRENT_USER()')).toBe('root@%');
    // Nobody else may come from outside, and nobody without a password.
    expect(await database.sql('SELECT User FROM mysql.user WHERE Host <> "localhost"')).toBe('root');
  });

  scenario('the one that is written to is lost while a client writes', async () => {
    const load = await database.load('lost');
    await cluster.pod(first).kill();
    const writer = await database.otherWriter(first);
    await load.goesOn();
    await cluster.pod(first).start();
    await cluster.pod(first).ready(120_000);
    // It stays with whom it went to: one interruption is enough.
    expect(await database.writer()).toBe(writer);
    await load.end();
  });

  scenario('a rolling restart while a client writes', async () => {
    const load = await database.load('rolling');
    expect(await cluster.rollout('mariadb', { all: true })).toEqual([third, second, first]);
    await load.goesOn();
    const { longestPause } = await load.end();
    expect(longestPause).toBeLessThan(20);
  });

  scenario('all are killed at once, ten times', async () => {
    for (let time = 0; time < 10; time += 1) {
      const load = await database.load(`killed_${time}`);
      await Promise.all(members.map((pod) => pod.kill()));
      await database.start(120_000);
      await load.goesOn();
      await load.end();
    }
  });

  scenario('a member that has missed writes never leads, though it comes first', async () => {
    await cluster.pod(third).stop();
    const load = await database.load('stale');
    await load.goesOn();
    await cluster.pod(second).stop();
    await load.goesOn();
    await cluster.pod(first).stop();
    await load.stop();
    await cluster.pod(third).start();
    await database.says(third, /mariadb-0 and mariadb-1 did not answer and may hold newer data/);
    await database.start();
    expect(database.said(third, /lead: /)).toBe(false);
    await load.isThere();
  });

  scenario('a member whose volume is lost gets the data of the others', async () => {
    const load = await database.load('emptied');
    await cluster.pod(second).kill();
    empty(database.volume(second));
    await cluster.pod(second).start();
    await cluster.pod(second).ready(120_000);
    await load.end();
  });

  scenario('all are down, and the volume of the first is lost: another leads', async () => {
    const load = await database.load('lost_volume');
    await Promise.all(members.map((pod) => pod.kill()));
    await load.stop();
    empty(database.volume(first));
    await database.start();
    expect(database.said(first, /lead: /)).toBe(false);
    await load.isThere();
  });

  scenario('a position that cannot be read refuses, says so, and the cure that it prints works', async () => {
    const load = await database.load('unreadable');
    await load.goesOn();
    await Promise.all(members.map((pod) => pod.kill()));
    await load.stop();
    spoil(database.volume(second));
    await cluster.startStatefulSet('mariadb');
    await database.says(first, /REFUSED: the position of mariadb-1 cannot be read.*mariadb-1 unreadable/);
    await database.says(second, /the position cannot be read; mariadbd --wsrep-recover said:/);
    await database.lead(third);
    await Promise.all(members.map((pod) => pod.ready(120_000)));
    await load.isThere();
  });

  scenario('one that was ahead of the member that was told to lead takes over its data', async () => {
    const load = await database.load('behind');
    await cluster.pod(third).stop();
    await load.goesOn();
    await load.stop();
    await Promise.all([first, second].map((name) => cluster.pod(name).kill()));
    await cluster.pod(third).start();
    await database.says(third, /mariadb-0 and mariadb-1 did not answer/);
    await database.lead(third);
    await cluster.pod(third).ready(120_000);
    const kept = await database.local(third, 'SELECT COUNT(*) FROM load_test.behind');
    // Past the position at which the others ended.
    const after = await database.load('after');
    await after.goesOn();
    await database.start();
    await after.end();
    for (const { name } of members) {
      expect([name, await database.local(name, 'SELECT COUNT(*) FROM load_test.behind')]).toEqual([name, kept]);
    }
  });

  scenario('a member that is cut off answers nobody; the others go on, and it comes back', async () => {
    const writer = await database.writer();
    const others = members.map(({ name }) => name).filter((name) => name !== writer);
    const load = await database.load('partition');
    await cluster.partition([writer], [...others, 'client-0', ...database.proxies]);
    await database.says(writer, /lost the majority/);
    const next = await database.otherWriter(writer);
    expect(others).toContain(next);
    await load.goesOn();
    await cluster.heal();
    // Its probe may not have noticed yet that it was away.
    await database.says(writer, /synced; the cluster has 3 members/, 120);
    await cluster.pod(writer).ready(120_000);
    await load.end();
  });

  scenario('two of three are killed: the third has no majority, and all come back with what it had', async () => {
    const load = await database.load('two_killed');
    await Promise.all([second, third].map((name) => cluster.pod(name).kill()));
    await database.start(120_000);
    await load.goesOn();
    await load.end();
  });

  scenario('the password is changed, and the old one holds until it is dropped', async () => {
    const load = await database.load('password');
    database.change({ global: { passwords: { database_password: 'new "2"' } } });
    await cluster.rollout('mariadb');
    await load.goesOn();
    expect(await database.sql('SELECT 1', 'new "2"')).toBe('1');
    await load.end();
  });
});

describe('one member', () => {
  let database: Database;
  const scenario = scenarioOf(() => database);

  beforeAll(async () => {
    const volumes = { 'data-mariadb-0': { size: '420Mi' } };
    database = await Database.of({ global: { database: { replicas: 1 } } }, { volumes });
    await database.start();
  });
  afterAll(() => database.cluster.end());

  scenario('is reached without a proxy, and comes back by itself when it is killed', async () => {
    const load = await database.load('single');
    await database.cluster.pod('mariadb-0').kill();
    await database.start();
    await load.end();
  });

  scenario('takes no more writes before its volume is full, says so, and goes on when there is room', async () => {
    await database.sql('CREATE TABLE load_test.filling (id INT PRIMARY KEY AUTO_INCREMENT, bytes LONGBLOB)');
    // The administrator may always write; a service may not.
    await database.sql("CREATE USER service@'%' IDENTIFIED BY 'service'");
    await database.sql("GRANT ALL ON load_test.* TO service@'%'");
    const insert = ['--execute', "INSERT INTO load_test.filling (bytes) VALUES (REPEAT('x', 4000000))"];
    let refusal = '';
    const client = ['mariadb', '--no-defaults', '--skip-ssl', '--host=mariadb', '--user=service', '--password=service'];
    await until('a write is refused', 120, async () => {
      refusal = (await database.inClient([...client, ...insert])).stderr;
      return refusal !== '';
    });
    expect(refusal).toMatch(/ERROR 1290.*read-only/);
    await database.says(
      'mariadb-0',
      /the volume is nearly full, \d+ of 420 MiB are free. Enlarge its[^]*READ ONLY: the volume of mariadb-0/,
    );
    const count = await database.sql('SELECT COUNT(*) FROM load_test.filling');
    // Something else fills what is left, and the server is killed on top of it.
    const junk = join(database.volume('mariadb-0'), 'junk');
    expect(() => writeFileSync(junk, Buffer.alloc(420 << 20))).toThrow('no space left on device');
    await database.cluster.pod('mariadb-0').kill();
    await database.cluster.pod('mariadb-0').start();
    await database.says('mariadb-0', /the volume is nearly full, 0 of 420 MiB are free/);
    rmSync(junk);
    await database.cluster.resize('data-mariadb-0', '800Mi');
    await database.ready();
    expect(await database.sql('SELECT COUNT(*) FROM load_test.filling')).toBe(count);
    expect(await database.sql('CHECK TABLE load_test.filling')).toMatch(/\tOK$/);
    await database.sql('DROP TABLE load_test.filling');
  });

  scenario('becomes three while a client writes', async () => {
    const load = await database.load('growing');
    database.change({ global: { database: { replicas: 3 } } });
    await database.start();
    await database.cluster.rollout('mariadb');
    await load.end();
    expect(await database.sql("SHOW STATUS LIKE 'wsrep_cluster_size'")).toBe('wsrep_cluster_size\t3');
  });
});

describe('with TLS', () => {
  let database: Database;
  const scenario = scenarioOf(() => database);

  beforeAll(async () => {
    const values = { global: { database: { tls: { enabled: true } } } };
    database = await Database.of(values, {}, [certificateSecret('mariadb-tls', ['mariadb', '*.mariadb-members'])]);
    await database.start();
  });
  afterAll(() => database.cluster.end());

  scenario('members talk TLS alone, and so do clients, who check the certificate', async () => {
    expect(await database.sql("SHOW STATUS LIKE 'Ssl_version'")).toMatch(/TLSv1\.[23]$/);
    const plain = [
      'mariadb',
      '--no-defaults',
      '--skip-ssl',
      '--host=mariadb',
      '--user=root',
      `--password=${PASSWORDS.database_password}`,
    ];
    const { code, stderr } = await database.inClient([...plain, '--execute', 'SELECT 1']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/insecure transport/)]);
    for (const { name } of database.members) {
      expect(await database.local(name, "SHOW VARIABLES LIKE 'wsrep_provider_options'")).toMatch(/socket\.ssl = YES/i);
    }
    const load = await database.load('encrypted');
    await load.end();
  });

  scenario('a member without data gets it over TLS', async () => {
    await database.cluster.pod('mariadb-1').kill();
    empty(database.volume('mariadb-1'));
    await database.start();
    expect(database.said('mariadb-1', /encrypt='[34]'/)).toBe(true);
    const load = await database.load('transferred');
    await load.end();
  });

  scenario('a renewed certificate is used without a restart', async () => {
    for (const { name } of database.members) {
      writeFileSync(
        join(database.cluster.pod(name).volume('tls'), 'tls.crt'),
        readFileSync(join(database.cluster.pod(name).volume('tls'), 'tls.crt')),
      );
      await database.says(name, /the certificate was renewed/);
    }
    const load = await database.load('renewed');
    await load.end();
    expect(database.members.filter(({ name }) => database.said(name, /^member: ERROR/m))).toEqual([]);
  });
});

describe('an upgrade from 2025.1 to 2026.1', () => {
  let database: Database;
  const scenario = scenarioOf(() => database);

  beforeAll(async () => {
    const [bookworm, trixie] = [await debianRoot('bookworm'), await debianRoot('trixie')];
    const root = (image: string): string => (/mariadb-server:2025\.1/.test(image) ? bookworm : trixie);
    database = await Database.of({ release: '2025.1' }, { root });
    await database.start();
  });
  afterAll(() => database.cluster.end());

  scenario(
    'rolls one member after another while a client writes, and brings the system tables up to date',
    async () => {
      expect(await database.sql('SELECT VERSION()')).toMatch(/^10\.11\./);
      const load = await database.load('upgraded');
      database.change({ release: '2026.1' });
      await database.cluster.rollout('mariadb', { milliseconds: 240_000 });
      await load.end();
      expect(await database.sql('SELECT VERSION()')).toMatch(/^11\./);
      for (const { name } of database.members)
        await database.says(name, /mariadb-upgrade: the data was last used by version 10\.11[^]*mariadb-upgrade: done/);
    },
  );
});
