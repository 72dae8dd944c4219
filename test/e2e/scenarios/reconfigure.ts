import { assert, equal, unharmed } from '../assert';
import type { OpenStack, Pod } from '../openstack';
import type { Scenario } from '../scenario';

const uids = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.uid).sort();
const others = async (cloud: OpenStack) =>
  uids((await cloud.pods()).filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] !== 'keystone'));

export const reconfigure: Scenario = {
  name: 'reconfigure',
  holds: 'an option of Keystone rolls the pods of Keystone alone, and a client that asks all the time sees no failure',
  run: async (gate) => {
    const cloud = await gate.shared();
    const client = await cloud.client();
    const [rest, own] = [await others(cloud), uids(await cloud.podsOf('keystone/api'))];
    const option = { keystone: { conf: { 'keystone.conf': { identity: { max_password_length: 128 } } } } };
    unharmed(await client.under(() => gate.timed('rolled', () => cloud.helm([option]))));
    equal(await others(cloud), rest, 'pods of other services');
    const now = uids(await cloud.podsOf('keystone/api'));
    assert(!now.some((uid) => own.includes(uid)), 'a pod of Keystone is still the one of before');
    // And back, which is what `helm rollback` does.
    unharmed(await client.under(() => cloud.helm()));
  },
};
