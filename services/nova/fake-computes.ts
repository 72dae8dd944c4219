import { join } from 'node:path';
import { IniFile } from '../../lib/config';
import { PROGRAMS, ServiceConnection, WorkerComponent, programs } from '../../lib/openstack';
import { not, when } from '../../lib/values';
import { CommonParts, commonSections } from './config';
import type { Nova } from '.';

const PROGRAM = join(__dirname, 'scripts', 'nova_fake_computes.py');

/** Many computes in few pods: Nova's compute service with its fake driver, which makes servers of nothing. */
export function addFakeComputes(nova: Nova, parts: CommonParts, connectsTo: readonly ServiceConnection[]): void {
  const values = nova.values.fakeComputes;
  const test = not(values.replicas.is(0));
  const common = commonSections(parts);
  const conf = new IniFile<'nova/nova.conf'>(nova, 'nova-fake-computes.conf', {
    path: '/etc/nova/nova.conf',
    test,
    overrides: nova.values.conf['nova.conf'],
    sections: {
      ...common,
      DEFAULT: {
        ...common.DEFAULT,
        // Its node has the id of the host, so it is the same one in the next pod.
        compute_driver: 'fake.FakeDriverWithoutFakeNodes',
        // Nothing is lost of servers that are not there.
        manager_shutdown_timeout: when(nova.release.is('2026.1'), 0),
      },
      // Of files that there are none of.
      image_cache: { manager_interval: -1 },
      // One of all in a pod: under a lock they count the queues for their answers, whose names would else be the same
      // (source: oslo.messaging, `use_queue_manager`).
      oslo_concurrency: { lock_path: '/tmp/nova/lock' },
    },
  });
  new WorkerComponent(nova, 'fake-computes', {
    image: 'nova-compute',
    user: 'nova',
    command: [
      ...['python3', `${PROGRAMS}/nova_fake_computes.py`],
      ...['--config-file=/etc/nova/nova.conf', `--count=${values.perPod}`],
    ],
    values,
    test,
    files: [conf, parts.policy, parts.vendordata],
    parts: [programs(nova, [PROGRAM])],
    connectsTo,
  });
}
