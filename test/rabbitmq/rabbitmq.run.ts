import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonMap } from '../../lib/values/expression';
import { mergeLayers } from '../../lib/values/merge';
import { certificateSecret } from '../support/certificates';
import { until } from '../support/until';
import { Broker, PASSWORD, pause } from './broker';

/**
 * What becomes of the broker when things fail, with a real RabbitMQ in pods as the chart has them: `npm run
 * test:rabbitmq`. With both of its stores for what is no message: Mnesia as in OpenStack 2025.1, and Khepri as in 2026.1.
 */
const values: JsonMap = { global: { messaging: { replicas: 3 } } };

/** The time that something took, printed. */
async function timed<T>(what: string, happens: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const result = await happens();
  process.stdout.write(`    ${what}: ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return result;
}

const all = ['rabbit@rabbitmq-0.rabbitmq', 'rabbit@rabbitmq-1.rabbitmq', 'rabbit@rabbitmq-2.rabbitmq'];

describe.each(['Mnesia', 'Khepri'])('with %s', (store) => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.make(values, [], process.env['LOGS'] ? { logs: join(process.env['LOGS'], store) } : {});
  }, 300_000);
  afterAll(() => broker.end(), 60_000);

  /** All is well again, and the last test has left nothing behind. */
  async function well(): Promise<void> {
    for (const member of broker.members) {
      const status = await broker.status(member);
      expect(status.running_nodes.sort()).toEqual(all);
      expect(status.disk_nodes.sort()).toEqual(all);
    }
  }

  test('first start of three at once', async () => {
    await timed('three members are ready', async () => {
      await broker.start();
      await broker.ready();
    });
    await well();
    expect(JSON.parse(await broker.ctl(broker.members[1]!, 'list_users', '--formatter', 'json'))).toEqual([
      { user: 'openstack', tags: ['administrator'] },
    ]);
    if (store === 'Khepri') {
      await broker.ctl(broker.members[0]!, 'enable_feature_flag', '--experimental', 'khepri_db');
    }
  }, 300_000);

  test('one member is lost, and comes back', async () => {
    const load = await broker.under('lost', async () => {
      await broker.members[1]!.kill();
      await pause(10);
      await timed('it is ready again', async () => {
        await broker.start(broker.members[1]!);
        await broker.ready();
      });
    });
    process.stdout.write(`    ${load.confirmed.length} messages, none lost, none confirmed for ${load.longest} s\n`);
    expect(load.longest).toBeLessThan(20);
    await well();
  }, 300_000);

  test('a rolling restart', async () => {
    const load = await broker.under('rolling', () =>
      timed('three members, one after the other', async () => {
        await broker.cluster.rollout('rabbitmq', { all: true });
      }),
    );
    process.stdout.write(`    ${load.confirmed.length} messages, none lost, none confirmed for ${load.longest} s\n`);
    expect(load.longest).toBeLessThan(10);
    for (const member of broker.members) expect(member.logs('server')).toContain('member: drained');
    await well();
  }, 600_000);

  // Mnesia is the one that takes it ill.
  const rounds = store === 'Mnesia' ? 10 : 3;
  test(`all three are killed at once, ${rounds} times`, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      // RabbitMQ forgets a queue that it has had for less than a second: it writes down its name a little later.
      const queue = `killed-${round}`;
      await broker.call('publish', queue, '1', '100');
      await pause(2);
      await broker.call('publish', queue, '50', '100');
      await Promise.all(broker.members.map((member) => member.kill()));
      await timed(`${round}: all ready`, async () => {
        await broker.start();
        await broker.ready(120);
      });
      expect(new Set(await broker.take(queue)).size).toBe(50);
      for (const member of broker.members) expect(member.restartsOf('server')).toBe(0);
    }
    await well();
  }, 1_800_000);

  test('the containers of all three are killed at once, and come back by themselves', async () => {
    await Promise.all(broker.members.map((member) => member.kill('server')));
    await pause(2);
    await timed('all ready', () => broker.ready(120));
    await well();
  }, 300_000);

  test('all stop, and start in another order', async () => {
    await broker.call('publish', 'stopped', '50', '100');
    await timed('all stop at once', async () => {
      await Promise.all(broker.members.map((member) => member.stop()));
    });
    await timed('all ready', async () => {
      await broker.start(broker.members[1]!);
      await pause(15);
      await broker.start(broker.members[2]!, broker.members[0]!);
      await broker.ready();
    });
    expect(new Set(await broker.take('stopped')).size).toBe(50);
    await well();
  }, 300_000);

  test('a stale member starts first', async () => {
    const [zero, one, two] = broker.members as [Broker['members'][0], Broker['members'][0], Broker['members'][0]];
    await two.stop();
    await broker.call('publish', 'stale', '50', '100');
    await one.stop();
    await zero.stop();
    await timed('all ready, 40 s of which it was alone', async () => {
      await broker.start(two);
      await pause(40);
      expect(two.isReady).toBe(false);
      expect(two.logs('server')).toContain('member: not ready: rabbitmq-0 does not answer, rabbitmq-1 does not answer');
      await broker.start(one, zero);
      await broker.ready();
    });
    expect(new Set(await broker.take('stale')).size).toBe(50);
    await well();
  }, 600_000);

  test('a member comes with an empty volume', async () => {
    const [, , two] = broker.members as [Broker['members'][0], Broker['members'][0], Broker['members'][0]];
    await broker.call('publish', 'empty', '50', '100');
    await two.stop();
    empty(two.volume('data'));
    await timed('it is ready, and queues have a replica on it', async () => {
      await broker.start(two);
      await broker.ready();
      await replicas('empty', 3);
    });
    expect(new Set(await broker.take('empty')).size).toBe(50);
    await well();
  }, 300_000);

  test('a member with an empty volume starts first of all', async () => {
    const [zero, one, two] = broker.members as [Broker['members'][0], Broker['members'][0], Broker['members'][0]];
    await broker.call('publish', 'first', '50', '100');
    await Promise.all(broker.members.map((member) => member.stop()));
    empty(zero.volume('data'));
    await broker.start(zero);
    await pause(10);
    expect(zero.logs('server')).toContain('wait: its volume is empty, and rabbitmq-1 and rabbitmq-2 cannot be asked');
    await timed('all ready', async () => {
      await broker.start(one, two);
      await broker.ready();
      await replicas('first', 3);
    });
    expect(new Set(await broker.take('first')).size).toBe(50);
    await well();
  }, 300_000);

  /** Until a queue has so many replicas, which it gets by and by. */
  async function replicas(queue: string, count: number): Promise<void> {
    for (let left = 120; ; left -= 1) {
      const queues = JSON.parse(
        await broker.ctl(broker.members[1]!, 'list_queues', 'name', 'members', '--formatter', 'json'),
      ) as { name: string; members: string[] }[];
      const members = queues.find(({ name }) => name === queue)?.members ?? [];
      if (members.length === count) return;
      if (left === 0) throw new Error(`${queue} has replicas on ${members.join(', ')} only`);
      await pause(1);
    }
  }

  test('a partition: who is alone pauses, and goes on when it heals', async () => {
    const load = await broker.under('parted', async () => {
      const two = broker.members[2]!;
      await broker.cluster.partition(['rabbitmq-2'], ['rabbitmq-0', 'rabbitmq-1']);
      await timed('who is alone is not ready', () => until('not ready', 90, () => !two.isReady));
      await pause(20);
      await timed('healed: all ready', async () => {
        await broker.cluster.heal();
        const isWhole = async () => two.isReady && (await broker.status(two)).running_nodes.length === 3;
        await until('one cluster again', 120, isWhole);
        await broker.ready();
      });
    });
    process.stdout.write(`    ${load.confirmed.length} messages, none lost, none confirmed for ${load.longest} s\n`);
    await well();
  }, 600_000);

  test('users who are not in the definitions any more are dropped, and nobody else', async () => {
    const second = { secondUser: 'other', passwords: { rabbitmq_second_password: 'the other' } };
    broker.change(mergeLayers(values, second));
    await timed('rolled', () => broker.cluster.rollout('rabbitmq'));
    expect((await broker.call('can', 'other', 'the other')).stdout).toBe('yes\n');
    expect((await broker.call('can', 'openstack', PASSWORD)).stdout).toBe('yes\n');
    broker.change(values);
    await broker.cluster.rollout('rabbitmq');
    expect((await broker.call('can', 'other', 'the other')).stdout).toBe('yes\n');
    const { exitCode, logs } = await timed('dropped', () => broker.cluster.runJob('cronjob/rabbitmq-drop-users'));
    expect(logs).toContain('dropped other\nusers: openstack\n');
    expect(exitCode).toBe(0);
    expect((await broker.call('can', 'other', 'the other')).stdout).toMatch(/^no/);
    expect((await broker.call('can', 'openstack', PASSWORD)).stdout).toBe('yes\n');
    await well();
  }, 600_000);

  test('reset: queues go, users come from the definitions', async () => {
    await broker.call('publish', 'old', '50', '100');
    await broker.ctl(broker.members[0]!, 'add_user', 'stranger', 'secret');
    const { exitCode, logs } = await timed('reset', () => broker.cluster.runJob('cronjob/rabbitmq-reset'));
    if (exitCode !== 0) throw new Error(logs + broker.cluster.describe());
    await broker.ready();
    await well();
    expect(await broker.ctl(broker.members[2]!, 'list_queues', 'name', '--no-table-headers')).toBe('');
    expect(JSON.parse(await broker.ctl(broker.members[1]!, 'list_users', '--formatter', 'json'))).toEqual([
      { user: 'openstack', tags: ['administrator'] },
    ]);
  }, 600_000);
});

test('one member: killed, stopped and with a full disk, it comes back with what it has confirmed', async () => {
  const broker = await Broker.make({ global: { messaging: { replicas: 1 } } }, [], {
    volumes: { 'data-rabbitmq-0': { size: '1Gi' } },
    ...(process.env['LOGS'] && { logs: join(process.env['LOGS'], 'full') }),
  });
  const [only] = broker.members as [Broker['members'][0]];
  try {
    await timed('ready', async () => {
      await broker.start();
      await broker.ready();
    });
    const full = await timed('publishes until it is blocked', () => broker.call('publish', 'full', '100000', '200000'));
    const { confirmed, why } = JSON.parse(full.stdout) as { confirmed: number; why: string };
    process.stdout.write(`    ${confirmed} of 200 kB confirmed\n`);
    expect(why).toBe('ConnectionBlockedTimeout');
    expect(only.logs('server')).toContain('member: publishers are blocked');
    await only.kill();
    await broker.cluster.resize('data-rabbitmq-0', '4Gi');
    await timed('with more room: ready', async () => {
      await broker.start();
      await broker.ready();
    });
    expect((await broker.call('publish', 'more', '10', '100')).stdout).toContain('"confirmed": 10');
    const taken = await broker.take('full');
    expect(new Set(taken).size).toBeGreaterThanOrEqual(confirmed);
  } finally {
    await broker.end();
  }
}, 600_000);

test('from one member to three: the new ones join, nothing is lost', async () => {
  const one: JsonMap = { global: { messaging: { replicas: 1 } } };
  const broker = await Broker.make(one, [], process.env['LOGS'] ? { logs: join(process.env['LOGS'], 'more') } : {});
  try {
    await broker.start();
    await broker.ready();
    await broker.call('publish', 'more', '50', '100');
    broker.change(values);
    await timed('three are ready', async () => {
      // As the controller of StatefulSets does it: the new ones at once, then who has changed.
      const added = [broker.cluster.pod('rabbitmq-2'), broker.cluster.pod('rabbitmq-1')];
      await broker.start(...added);
      await broker.ready(120, added);
      await broker.cluster.rollout('rabbitmq');
    });
    expect((await broker.status()).running_nodes.sort()).toEqual(all);
    expect(new Set(await broker.take('more')).size).toBe(50);
  } finally {
    await broker.end();
  }
}, 600_000);

describe('with TLS', () => {
  const tls = mergeLayers(values, { global: { messaging: { tls: { enabled: true } } } });
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.make(
      tls,
      [certificateSecret('rabbitmq-tls', ['rabbitmq-0.rabbitmq', 'rabbitmq-1.rabbitmq', 'rabbitmq-2.rabbitmq'])],
      process.env['LOGS'] ? { logs: join(process.env['LOGS'], 'tls') } : {},
    );
  }, 300_000);
  afterAll(() => broker.end(), 60_000);

  test('clients, members and rabbitmqctl speak nothing else', async () => {
    await timed('ready', async () => {
      await broker.start();
      await broker.ready();
    });
    const load = await broker.under('tls', async () => {
      await broker.cluster.rollout('rabbitmq', { all: true });
    });
    process.stdout.write(`    ${load.confirmed.length} messages, none lost, none confirmed for ${load.longest} s\n`);
    expect((await broker.status()).running_nodes.sort()).toEqual(all);
    const plain = ['curl', '--silent', '--max-time', '5', `http://${broker.members[0]!.ip!}:25672/`];
    expect((await broker.cluster.run(plain)).code).not.toBe(0);
    const listeners = await broker.ctl(broker.members[0]!, 'status', '--formatter', 'json');
    expect(
      (JSON.parse(listeners) as { listeners: { protocol: string }[] }).listeners.map((l) => l.protocol).sort(),
    ).toEqual(['amqp/ssl', 'clustering', 'http/prometheus']);
    const { exitCode, logs } = await broker.cluster.runJob('cronjob/rabbitmq-drop-users');
    expect([exitCode, logs]).toEqual([0, expect.stringContaining('users: openstack')]);
  }, 600_000);
});

test('the rules of the programs, without a broker', () => {
  const args = ['-B', '-m', 'unittest', 'discover', '-s', 'test/rabbitmq'];
  const { stderr } = spawnSync('python3', args, { cwd: join(__dirname, '..', '..'), encoding: 'utf8' });
  expect(stderr).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK$/m);
});

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}
