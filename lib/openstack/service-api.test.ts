import { containerOf, sampleService } from '../../test/support/sample';
import { group } from '../values/types';
import { ApiComponent, apiValues } from './api-component';
import { Bootstrap, bootstrapValues } from './bootstrap';
import { Database } from './database';
import { serviceApi } from './service-api';
import { serviceValues } from './service';

const values = serviceValues('nova', ['nova-api'], { api: group(apiValues()), bootstrap: bootstrapValues() });

const passwords = {
  database_password: 'root',
  nova_database_password: 'nova',
  nova_api_database_password: 'api',
};

/** A service with three databases of two users, which calls two APIs. */
const objects = sampleService(values, (nova) => {
  const cell = new Database(nova, 'cell', { name: 'nova' });
  const cell0 = new Database(nova, 'cell0', { name: 'nova_cell0', userOf: cell });
  const database = new Database(nova, 'database', { name: 'nova_api' });
  const image = { image: 'nova-api', user: 'nova' } as const;
  const bootstrap = new Bootstrap(nova, 'bootstrap', {
    ...image,
    database,
    also: [cell, cell0],
    values: nova.values.bootstrap,
    files: [],
  });
  bootstrap.step(['echo', cell0.url]);
  bootstrap.operation('ask', ['echo']);
  new ApiComponent(nova, 'api', {
    ...image,
    values: nova.values.api,
    port: 8774,
    wsgi: 'x:y',
    probe: '/',
    files: [],
    connectsTo: [database, cell, serviceApi('glance'), serviceApi('nova-metadata')],
  }).after(bootstrap);
}).render({ global: { passwords } });

test('a component is let out to the port of each API, and into the pods of its chart', () => {
  const { egress } = objects.get('NetworkPolicy', 'nova-api').spec!;
  const rules = egress!.slice(2).map(({ to, ports }) => [to![0]!.podSelector?.matchLabels, ports![0]!.port]);
  expect(rules).toEqual([
    [{ 'app.kubernetes.io/name': 'glance' }, 9292],
    [{ 'app.kubernetes.io/name': 'nova' }, 8775],
  ]);
  const { labels } = objects.pod('Deployment', 'nova-api').metadata!;
  expect(labels).toMatchObject({ 'glance-client': 'true', 'nova-client': 'true', 'mariadb-client': 'true' });
});

describe('a second database', () => {
  const job = () => objects.pod('Job', objects.job);

  test('is on the same server: one rule lets out to both', () => {
    const { egress } = objects.get('NetworkPolicy', 'nova-api').spec!;
    expect(egress!.filter(({ ports }) => ports![0]!.port === 3306)).toHaveLength(1);
  });

  test('has a user and a password of its own, or those of another', () => {
    expect(objects.ids.filter((id) => id.endsWith('.cnf'))).toEqual([
      'ConfigMap/nova-database-nova-api.cnf',
      'ConfigMap/nova-database-nova.cnf',
    ]);
    expect(containerOf(job(), 'bootstrap').args).toContain(
      '--run=echo mysql+pymysql://nova@mariadb:3306/nova_cell0?read_default_file=/etc/nova/database-nova.cnf',
    );
  });

  test('is created by the Job of the first, which has the passwords of all', () => {
    expect(containerOf(job(), 'bootstrap').args).toEqual(
      expect.arrayContaining([
        '--database=nova_api@mariadb:3306/nova_api',
        '--also=nova@mariadb:3306/nova',
        '--also=nova@mariadb:3306/nova_cell0',
      ]),
    );
    const items = job().spec!.volumes!.find(({ name }) => name === 'secrets')!.secret!.items!;
    expect(items.map(({ key }) => key)).toEqual(Object.keys(passwords).sort());
    expect(containerOf(objects.pod('CronJob', 'nova-ask'), 'ask').args!.join()).not.toContain('--also');
  });
});
