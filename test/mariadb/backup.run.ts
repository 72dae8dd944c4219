import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tool } from '../../tools/toolchain';
import type { PodCluster } from '../pods/cluster';
import { certificateSecret } from '../support/certificates';
import { Database, PASSWORDS, S3, report } from './cluster';
import type { Load } from './cluster';

/** Backups of a server under load, to a volume and to an S3 store, and what a restore gives: `npm run test:mariadb`. */
jest.setTimeout(600_000);

const values = {
  global: {
    passwords: { ...PASSWORDS },
  },
  backup: {
    enabled: true,
    keep: 2,
    s3: { enabled: true, endpoint: `https://s3:${S3.port}`, bucket: S3.bucket, caSecretName: S3.tls },
  },
  passwords: { mariadb_backup_s3_access_key: S3.accessKey, mariadb_backup_s3_secret_key: S3.secretKey },
};

describe('a backup', () => {
  let database: Database;
  let cluster: PodCluster;
  let load: Load;
  let backups: string;
  /** Of each backup: how many rows had been acknowledged before it began and when it had ended. */
  const bounds = new Map<string, readonly [number, number]>();

  const scenario = (name: string, run: () => Promise<void>): void =>
    test(name, async () => {
      database.mark();
      await run().catch((error: unknown) => {
        report(cluster.describe());
        throw error;
      });
    });

  beforeAll(async () => {
    database = await Database.of(values, {}, [certificateSecret(S3.tls, ['s3'])]);
    cluster = database.cluster;
    const data = cluster.pod('s3-0').volume('data');
    mkdirSync(join(data, 'store', S3.bucket), { recursive: true });
    copyFileSync(tool('versitygw'), join(data, 'versitygw'));
    await cluster.startStatefulSet('s3');
    await cluster.pod('s3-0').ready();
    await database.start();
    await database.sql('CREATE DATABASE kept');
    await database.sql('CREATE TABLE kept.rows (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(200), bytes BLOB)');
    for (let i = 0; i < 8; i += 1) {
      await database.sql(
        `INSERT INTO kept.rows (text, bytes) SELECT CONCAT('row ', seq, ' \u00e4'), RANDOM_BYTES(200) FROM kept.seq_${i * 500 + 1}_to_${i * 500 + 500}`,
      );
    }
    load = await database.load('under_load');
  });
  afterAll(() => cluster.end());

  const rows = () => database.sql('SELECT id, text, HEX(bytes) FROM kept.rows ORDER BY id');

  const backUp = async (kind: 'full' | 'incremental'): Promise<string> => {
    await load.goesOn();
    const before = load.count;
    const said = await database.operation(`backup-${kind}`);
    const name = /^backup (\S+): /m.exec(said)![1]!;
    bounds.set(name, [before, load.count]);
    expect(said).toContain(`uploaded ${name}`);
    return name;
  };

  /** What a restore gave: the rows that stay as they were, and of those under load just the first so many. */
  const isAsOf = async (name: string, kept: string): Promise<void> => {
    expect(await rows()).toBe(kept);
    const [least, most] = bounds.get(name)!;
    for (const { name: member } of database.members) {
      const [count, last] = (await database.local(member, 'SELECT COUNT(*), MAX(number) FROM load_test.under_load'))
        .split('\t')
        .map(Number);
      const texts = await database.local(
        member,
        'SELECT COUNT(*) FROM load_test.under_load WHERE text <> REPEAT(CHAR(97 + number % 26), 50)',
      );
      // Numbers of writes that were refused are missing; there were none.
      expect({ member, count, texts }).toEqual({ member, count: last, texts: '0' });
      expect(count).toBeGreaterThanOrEqual(least);
      // One may have been on its way when the last acknowledged one was counted.
      expect(count).toBeLessThanOrEqual(most + 1);
    }
  };

  let full: string;
  let incremental: string;
  let kept: string;

  scenario('is made in full while a client writes, and copied to the store', async () => {
    kept = await rows();
    full = await backUp('full');
    expect(full).toMatch(/^\d{8}T\d{6}Z-full$/);
    backups = join(dirname(database.volume('mariadb-0')), 'mariadb-backups');
    expect(readdirSync(backups).filter((name) => !name.startsWith('.'))).toEqual([full]);
  });

  scenario('holds just what has changed since, if it is an incremental one', async () => {
    incremental = await backUp('incremental');
    expect(incremental).toMatch(/-incremental$/);
  });

  scenario('is not restored while a member runs', async () => {
    const said = await database.operation('restore', 1);
    expect(said).toMatch(/still runs, and a restore needs all members stopped/);
  });

  scenario('is restored from the incremental one: what was lost since is back, on all members', async () => {
    await load.stop();
    await database.sql('DROP TABLE kept.rows');
    await database.sql('TRUNCATE load_test.under_load');
    await database.stop();
    expect(await database.operation('restore')).toContain(`restored ${incremental}. Now: kubectl scale`);
    await database.start();
    expect(database.said('mariadb-2', /lead: all members answered/)).toBe(true);
    await isAsOf(incremental, kept);
  });

  scenario('is restored by its name, from the store alone, when the volume with backups is lost', async () => {
    for (const name of readdirSync(backups)) rmSync(join(backups, name), { recursive: true });
    database.change({ restore: { backup: full } });
    await database.stop();
    const said = await database.operation('restore');
    expect(said).toContain(`downloaded ${full}`);
    expect(said).toContain(`restored ${full}. `);
    // As if an older server had made it. Those who copy it get tables as old as that.
    writeFileSync(join(database.volume('mariadb-2'), 'version'), '10.6');
    await database.start();
    for (const { name } of database.members) await database.says(name, /mariadb-upgrade: done/);
    await isAsOf(full, kept);
  });

  scenario('becomes a full one where the data is another copy; older ones go', async () => {
    load = await database.load('again');
    const another = await backUp('incremental');
    expect(another).toMatch(/-full$/);
    const third = await backUp('full');
    expect(readdirSync(backups).filter((name) => !name.startsWith('.'))).toEqual([another, third]);
    expect(readdirSync(join(cluster.pod('s3-0').volume('data'), 'store', S3.bucket, 'openstack')).sort()).toEqual([
      another,
      third,
    ]);
    await load.end();
  });

  scenario('that is unknown is refused with the nearest name, and nothing is changed', async () => {
    database.change({ restore: { backup: `${full}x` } });
    await database.stop();
    const before = readdirSync(database.volume('mariadb-2')).sort();
    expect(await database.operation('restore', 1)).toMatch(/there is no backup \S+; did you mean \S+-full\?/);
    expect(readdirSync(database.volume('mariadb-2')).sort()).toEqual(before);
    await database.start();
  });
});
