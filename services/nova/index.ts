import { Construct } from 'constructs';
import { join } from 'node:path';
import { IniFile, PolicyFile, TextFile } from '../../lib/config';
import {
  API_PORTS,
  ApiComponent,
  Bootstrap,
  Cache,
  Database,
  IdentityRegistration,
  Messaging,
  Service,
  WorkerComponent,
  serviceApi,
} from '../../lib/openstack';
import { any, isSet, not } from '../../lib/values';
import { Cells } from './cells';
import { addComputes } from './computes';
import { STOP_SECONDS, controlSections } from './config';
import { addConsoles } from './consoles';
import { addOperations } from './operations';
import { addFakeComputes } from './fake-computes';
import { addSmokeTest } from './smoke';
import { novaValues } from './values';

/** OpenStack Compute: servers. Its control plane: APIs, conductors, schedulers, and the proxy of consoles. */
export class Nova extends Service<typeof novaValues> {
  constructor(scope: Construct) {
    super(scope, novaValues, {
      description: 'Nova: OpenStack Compute',
      home: 'https://docs.openstack.org/nova/latest/',
      sources: ['https://opendev.org/openstack/nova', 'https://opendev.org/openstack/kolla'],
    });
    const { values, global } = this;
    const database = new Database(this, 'database', { name: 'nova' });
    const cell0Database = new Database(this, 'cell0-database', { name: 'nova_cell0', userOf: database });
    const apiDatabase = new Database(this, 'api-database', { name: 'nova_api' });
    const messaging = new Messaging(this, 'messaging');
    const cache = new Cache(this, 'cache');
    const registration = new IdentityRegistration(this, 'registration', { type: 'compute' });

    const policy = new PolicyFile(this, values.policy);
    const vendordata = new TextFile(this, 'vendordata.json', {
      path: '/etc/nova/vendordata.json',
      template: { text: '{}\n' },
      replacement: values.files['vendordata.json'],
      test: isSet(values.files['vendordata.json']),
    });
    const common = { nova: this, messaging, registration, policy, vendordata };
    const parts = { ...common, database, apiDatabase, cache };
    const conf = new IniFile<'nova/nova.conf'>(this, 'nova.conf', {
      path: '/etc/nova/nova.conf',
      overrides: values.conf['nova.conf'],
      replacement: values.files['nova.conf'],
      sections: controlSections(parts),
    });
    const cells = new Cells(this);

    const bootstrap = new Bootstrap(this, 'bootstrap', {
      image: 'nova-api',
      user: 'nova',
      // Not in the database of a cell: `nova-manage db archive_deleted_rows` stops at a table there that it does not know.
      database: apiDatabase,
      also: [database, cell0Database],
      values: values.bootstrap,
      files: [conf, cells.file],
      connections: [cache, cells.databases],
    });
    const databases = [database, apiDatabase];
    const apis = [registration, serviceApi('glance'), serviceApi('neutron'), serviceApi('placement')];
    const connectsTo = [...databases, cells.databases, cache, messaging, cells.brokers, ...apis];

    // One row for all pods of an API: a row for each of them would stay when it is gone.
    const host = (name: string) => ({ env: [{ name: 'OS_DEFAULT__HOST', value: name }] });
    const api = new ApiComponent(this, 'api', {
      image: 'nova-api',
      user: 'nova',
      values: values.api,
      port: API_PORTS.nova,
      wsgi: 'nova.wsgi.osapi_compute:application',
      uwsgi: values.conf['api-uwsgi.ini'],
      probe: '/',
      files: [conf, policy],
      connectsTo,
      ...host('nova-api'),
    });
    const metadata = new ApiComponent(this, 'metadata', {
      image: 'nova-api',
      user: 'nova',
      values: values.metadata,
      port: API_PORTS['nova-metadata'],
      wsgi: 'nova.wsgi.metadata:application',
      uwsgi: values.conf['metadata-uwsgi.ini'],
      probe: '/',
      files: [conf, policy, vendordata],
      connectsTo,
      ...host('nova-metadata'),
    });
    const worker = (name: 'conductor' | 'scheduler') =>
      new WorkerComponent(this, name, {
        image: `nova-${name}`,
        user: 'nova',
        command: [`nova-${name}`],
        values: values[name],
        stopSeconds: STOP_SECONDS + 10,
        files: [conf],
        connectsTo,
      });
    for (const component of [api, metadata, worker('conductor'), worker('scheduler')]) component.after(bootstrap);
    const spice = 'nova-spicehtml5proxy';
    this.require(
      any(not(values.console.type.is('spice')), not(global.distro.is('rocky')), isSet(values.images[spice].repository)),
      ['console', 'type'],
      `is spice, but Kolla has no image ${spice} of rocky; name one in images.${spice}.repository, or another console`,
    );
    addConsoles(this, { conf, connectsTo: [...databases, messaging], bootstrap });

    bootstrap.step(['nova-manage', 'api_db', 'sync']);
    bootstrap.step([
      ...this.program(join(__dirname, 'scripts', 'nova_cells.py')),
      '--config-file=/etc/nova/nova.conf',
      `--cell0-database=${cell0Database.name}`,
      `--cells=${cells.file.path}`,
    ]);
    const inEachCell = [
      ...this.program(join(__dirname, 'scripts', 'nova_in_each_cell.py')),
      '--config-file=/etc/nova/nova.conf',
      `--cells=${cells.file.path}`,
    ];
    bootstrap.step([...inEachCell, 'db', 'sync', '--local_cell']);
    bootstrap.register(registration, api.endpoints('/v2.1'));
    bootstrap.operation('online-data-migrations', [...inEachCell, 'db', 'online_data_migrations']);
    addOperations(this, { conf, bootstrap, databases: [...databases, cells.databases], identity: registration });
    cells.add(parts, { bootstrap, apiDatabase, shared: [cache, ...apis] });
    addComputes(this, { ...common, cell: (name) => cells.ofPool(parts, name) }, [messaging, ...apis]);
    addFakeComputes(this, common, [messaging, ...apis]);
    addSmokeTest(this);
  }
}
