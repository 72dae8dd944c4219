import { until } from '../../support/until';
import { assert, unharmed } from '../assert';
import { isReady, restartsOf } from '../openstack';
import type { Scenario } from '../scenario';

/** What an operator does at night: wrong, twice, and then back. */
export const badChange: Scenario = {
  name: 'bad change',
  holds: 'a tag that does not exist, then a bad option: the old pods go on serving, and `helm rollback` ends clean',
  run: async (gate) => {
    const cloud = await gate.shared();
    const client = await cloud.client();
    const before = await cloud.podsOf('keystone/api');
    const names = before.map(({ metadata }) => metadata.name);
    const good = (await gate.kubernetes.helm(4, ['history', 'openstack', '-n', cloud.namespace, '-o', 'json'])).trim();
    const revision = String((JSON.parse(good) as { revision: number }[]).at(-1)!.revision);
    const changes = {
      'a tag that does not exist': { keystone: { images: { keystone: { tag: 'no-such-tag' } } } },
      'a bad option': { keystone: { conf: { 'keystone.conf': { token: { provider: 'nonsense' } } } } },
    };
    for (const [what, change] of Object.entries(changes)) {
      const load = await client.under(async () => {
        await cloud.helm([change], { wait: false });
        await new Promise((done) => setTimeout(done, 15_000));
      });
      unharmed(load);
      gate.say(`${what}: ${load.requests} tokens, none refused`);
    }
    // A container of an old pod ends: it has to come back as it was, whatever the newest config is.
    const [name] = names as [string];
    await cloud.exec(name, 'api', ['kill', '-TERM', '1']).catch(() => {});
    await until(`${name} is back`, 90, async () => {
      const pod = (await cloud.podsOf('keystone/api')).find(({ metadata }) => metadata.name === name)!;
      return restartsOf(pod) > 0 && isReady(pod);
    });
    const rolledBack = await client.under(() =>
      gate.timed('helm rollback', () =>
        gate.kubernetes.helm(4, [
          ...['rollback', 'openstack', revision, '--namespace', cloud.namespace],
          ...['--wait', '--wait-for-jobs', '--timeout', '5m'],
        ]),
      ),
    );
    unharmed(rolledBack, 5);
    await cloud.ready(120);
    const after = (await cloud.podsOf('keystone/api')).map(({ metadata }) => metadata.name).sort();
    assert(after.join() === [...names].sort().join(), `not the pods of before: ${after.join(', ')}`);
  },
};
