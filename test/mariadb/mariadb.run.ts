import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { PodCluster } from '../pods/cluster';
import type { Pod } from '../pods/pod';
import { Database, empty, report, spoil } from './cluster';

/**
 * Three members with the real server, the proxy and a client, as the chart gives them: `npm run test:mariadb`. What is
 * lost, killed, cut off or filled here comes back by itself, and nothing that was acknowledged is gone.
 */
jest.setTimeout(600_000);

test('the rules by which members start', () => {
  const tests = join(__dirname, 'test_galera.py');
  execFileSync('python3', ['-B', tests], { stdio: 'pipe' });
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
  /** A test that shows, where it fails, what each pod has been through and said. */
  const scenario = (name: string, run: () => Promise<void>): void =>
    test(name, async () => {
      database.mark();
      await run().catch((error: unknown) => {
        report(cluster.describe());
        throw error;
      });
    });
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
    await load.end();
    await cluster.pod(first).stop();
    await cluster.pod(third).start();
    await database.says(third, /mariadb-0 and mariadb-1 did not answer and may hold newer data/);
    await database.start();
    expect(await database.said(third, /lead: /)).toBe(false);
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
    expect(await database.said(first, /lead: /)).toBe(false);
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
