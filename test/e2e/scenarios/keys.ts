import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonMap } from '../../../lib/values/expression';
import { assert, unharmed } from '../assert';
import type { Scenario } from '../scenario';

/** Seconds. A token outlives the period of its key twice. */
const [PERIOD, EXPIRATION] = [45, 100];

/** Tokens a second, beside those that are asked for one by one: without the cache each is work for both sides. */
const RATE = 3;

/** Periods so short that several pass while somebody looks; without the cache, which would answer for the keys. */
const VALUES: JsonMap = {
  keystone: {
    api: { replicas: 2 },
    fernet: { period: PERIOD },
    token: { expiration: EXPIRATION, allowExpiredWindow: 1 },
    conf: { 'keystone.conf': { cache: { enabled: 'false' } } },
  },
};

export const keys: Scenario = {
  name: 'keys',
  holds: 'three periods of Fernet keys pass: every token that may still live does so on every replica, and none fails',
  waits: true,
  run: async (gate) => {
    const cloud = await gate.cloud('keys', [VALUES]);
    await cloud.helm();
    const client = await cloud.client();
    const replicas = (await cloud.podsOf('keystone/api')).map(({ status }) => `${status!.podIP}:5000`);
    assert(replicas.length === 2, `${replicas.length} replicas`);
    const issued: { readonly token: string; readonly at: number }[] = [];
    const load = await client.under(async () => {
      const end = Date.now() + 3.2 * PERIOD * 1000;
      for (let i = 0; Date.now() < end; i += 1) {
        issued.push({ token: await client.token(replicas[i % 2]), at: Date.now() });
        // Those that have some seconds to live: an answer takes its time.
        for (const { token, at } of issued.filter((one) => Date.now() - one.at < (EXPIRATION - 8) * 1000)) {
          for (const replica of replicas) {
            const status = await client.validate(token, replica);
            const age = ((Date.now() - at) / 1000).toFixed(0);
            assert(status === 200, `${replica} answers ${status} for a token of ${age} s`);
          }
        }
        await sleep(4000);
      }
    }, RATE);
    unharmed(load);
    gate.say(`${issued.length} tokens over ${(3.2 * PERIOD).toFixed(0)} s, each valid on both replicas for its time`);
    for (const { token } of issued.filter((one) => Date.now() - one.at > (EXPIRATION + 10) * 1000).slice(0, 3))
      assert((await client.validate(token)) !== 200, 'a token lives longer than it may');
  },
};
