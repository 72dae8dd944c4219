import { z } from 'zod';
import { sampleService } from '../../test/support/sample';
import { TextFile } from '../config/text-file';
import { KOLLA_USERS } from '../kolla/users';
import { workload } from '../kubernetes/values';
import type { JsonMap } from '../values/expression';
import { count, group, port } from '../values/types';
import { Database } from './database';
import { ServerComponent } from './server-component';
import { ownPasswords, serviceValues } from './service';

const own = 'billing-database';

test('a server has a headless Service of its own name, through which clients know each of its members', () => {
  const model = serviceValues('etcd', ['etcd'], {
    server: group({
      replicas: count().default(3),
      port: port().default(2379),
      ...workload({ cpu: '1', memory: '1Gi', memoryLimit: '2Gi' }),
    }),
  });
  const objects = sampleService(model, (etcd) => {
    const { server } = etcd.values;
    new ServerComponent(etcd, 'server', {
      image: 'etcd',
      user: 'etcd',
      command: ['etcd'],
      values: server,
      replicas: server.replicas,
      ports: { client: server.port },
      probes: {},
    });
  }).render();
  expect(objects.get('StatefulSet', 'etcd').spec).toMatchObject({
    replicas: 3,
    serviceName: 'etcd',
    podManagementPolicy: 'Parallel',
    template: { spec: { securityContext: { runAsUser: KOLLA_USERS.etcd }, terminationGracePeriodSeconds: 30 } },
  });
  expect(objects.get('Service', 'etcd').spec).toMatchObject({
    clusterIP: 'None',
    ports: [{ name: 'client', port: 2379, targetPort: 'client' }],
  });
  expect(objects.has('PodDisruptionBudget/etcd')).toBe(true);
  // Nothing to prepare, so there is no `prepare`, and no Secret.
  expect(objects.pod('StatefulSet', 'etcd').spec).not.toHaveProperty('initContainers');
});

describe('a password', () => {
  const asking = (name: string) => () =>
    sampleService(serviceValues('glance', [], {}), (glance) => void glance.password(name));

  test('that nobody knows is refused by name, with the nearest', () => {
    expect(asking('glance_databse_password')).toThrow(
      "glance: no password 'glance_databse_password'; did you mean 'glance_database_password'?; " +
        "Kolla's names are known, others are declared with passwords: ownPasswords('glance_databse_password')",
    );
    expect(asking('quite_another_thing')).toThrow(
      "glance: no password 'quite_another_thing'; Kolla's names are known, others are declared with passwords: " +
        "ownPasswords('quite_another_thing')",
    );
  });

  const billing = sampleService(
    serviceValues('billing', [], {
      passwords: ownPasswords('billing_database_password', 'billing_api_key'),
      metered: z.boolean().default(false),
    }),
    (service) => {
      const key = service.password('billing_api_key', service.values.metered);
      new TextFile(service, 'key', { path: '/key', test: service.values.metered, template: { text: `${key}\n` } });
      new Database(service, 'database', { name: 'billing' });
    },
  );

  test("of one's own is declared with ownPasswords, and goes into the chart's Secret", () => {
    const values: JsonMap = { passwords: { billing_database_password: own } };
    expect(billing.service.passwordNames).toEqual(['billing_api_key', 'billing_database_password']);
    expect(billing.render(values).get('Secret', 'billing')).toMatchObject({
      type: 'Opaque',
      data: { billing_database_password: Buffer.from(own).toString('base64') },
    });
    expect(billing.render(values).get('Secret', 'billing').data).not.toHaveProperty('billing_api_key');
  });

  test('is required where it is needed, and the user is told how to give it', () => {
    expect(() => billing.render()).toThrow(
      'passwords.billing_database_password: is required; give it, or name a Secret of your own in global.passwords.existingSecret',
    );
    expect(() => billing.render({ passwords: { billing_database_password: own }, metered: true })).toThrow(
      '  passwords.billing_api_key: is required; ',
    );
  });

  test("is never in the manifests where the user has a Secret of one's own", () => {
    const objects = billing.render({ global: { passwords: { existingSecret: 'mine' } }, metered: true });
    expect(objects.ids.filter((id) => id.startsWith('Secret/'))).toEqual([]);
  });
});

test('an image that the chart has not declared is refused, with those that it has', () => {
  const build = () =>
    sampleService(serviceValues('glance', ['glance-api'], {}), (glance) => void glance.image('glance'));
  expect(build).toThrow("glance: no image 'glance'; there is glance-api");
});
