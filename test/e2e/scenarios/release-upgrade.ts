import type { JsonMap } from '../../../lib/values/expression';
import { assert, equal, unharmed } from '../assert';
import type { Scenario } from '../scenario';

/** Infrastructure first, then Keystone: the order of docs/operations.md. */
const ORDER = ['mariadb', 'rabbitmq', 'memcached', 'keystone'];

export const releaseUpgrade: Scenario = {
  name: 'release upgrade',
  holds: '2025.1 to 2026.1 under load in the documented order: data intact, rollback before contract, then contract',
  run: async (gate) => {
    const at = (releases: Readonly<Record<string, string>>): JsonMap =>
      Object.fromEntries(Object.entries(releases).map(([name, release]) => [name, { release }]));
    const three: JsonMap = { global: { database: { replicas: 3 } }, keystone: { api: { replicas: 2 } } };
    const cloud = await gate.cloud('upgrade', [three, at(Object.fromEntries(ORDER.map((name) => [name, '2025.1'])))]);
    await gate.timed('helm install 2025.1', () => cloud.helm());
    const client = await cloud.client();
    const token = await client.token();
    equal((await client.ask('POST', '/v3/projects', token, { project: { name: 'kept' } }))[0], 201, 'a project');
    const releases: Record<string, string> = {};
    for (const name of ORDER) {
      releases[name] = '2026.1';
      const load = await client.under(() => gate.timed(`${name} to 2026.1`, () => cloud.helm([at(releases)])));
      gate.say(`${name}: ${load.requests} tokens, ${load.failures.length} refused`);
      unharmed(load);
      equal(await client.validate(token), 200, `a token of 2025.1, after ${name}`);
    }
    const kept = async (when: string): Promise<void> => {
      const [, found] = await client.ask('GET', '/v3/projects?name=kept', await client.token());
      equal((found as { projects: unknown[] }).projects.length, 1, `projects ${when}`);
    };
    await kept('after the upgrade');
    const rollback = await client.under(() =>
      gate.timed('helm rollback of keystone', () =>
        gate.kubernetes.helm(4, ['rollback', 'openstack', '--namespace', cloud.namespace, '--wait', '--timeout', '5m']),
      ),
    );
    unharmed(rollback);
    const [old] = await cloud.podsOf('keystone/api');
    assert(old!.spec.containers[0]!.image.includes(':2025.1-'), `not rolled back: ${old!.spec.containers[0]!.image}`);
    await kept('after the rollback');
    unharmed(await client.under(() => cloud.helm([at(releases)])));
    gate.say((await cloud.operation('keystone-contract')).trim().split('\n').at(-1)!);
    await kept('after contract');
    equal(await client.validate(await client.token()), 200, 'a token after contract');
  },
};
