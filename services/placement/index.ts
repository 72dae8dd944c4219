import { Construct } from 'constructs';
import { IniFile, PolicyFile } from '../../lib/config';
import {
  API_PORTS,
  ApiComponent,
  ApiSmokeTest,
  Bootstrap,
  Cache,
  Database,
  IdentityRegistration,
  Service,
} from '../../lib/openstack';
import { placementValues } from './values';

/** OpenStack Placement: what resources there are, and who has claimed which. */
export class Placement extends Service<typeof placementValues> {
  constructor(scope: Construct) {
    super(scope, placementValues, {
      description: 'Placement: inventories of resources and claims to them',
      home: 'https://docs.openstack.org/placement/latest/',
      sources: ['https://opendev.org/openstack/placement', 'https://opendev.org/openstack/kolla'],
    });
    const { values, global } = this;
    const process = { image: 'placement-api', user: 'placement' } as const;
    const database = new Database(this, 'database', { name: 'placement' });
    // Of keystonemiddleware alone: Placement itself keeps nothing there.
    const cache = new Cache(this, 'cache');
    const registration = new IdentityRegistration(this, 'registration', {
      type: 'placement',
      description: 'Placement',
    });
    const policy = new PolicyFile(this, values.policy);
    const conf = new IniFile(this, 'placement.conf', {
      path: '/etc/placement/placement.conf',
      overrides: values.conf['placement.conf'],
      replacement: values.files['placement.conf'],
      sections: {
        DEFAULT: { debug: global.debug },
        keystone_authtoken: registration.authToken(cache),
        oslo_middleware: { enable_proxy_headers_parsing: true },
        oslo_policy: policy.options,
        placement_database: database.options,
      },
    });

    const api = new ApiComponent(this, 'api', {
      ...process,
      values: values.api,
      port: API_PORTS.placement,
      wsgi: 'placement.wsgi.api:application',
      uwsgi: values.conf['uwsgi.ini'],
      probe: '/',
      files: [conf, policy],
      connectsTo: [database, cache, registration],
    });
    const bootstrap = new Bootstrap(this, 'bootstrap', {
      ...process,
      database,
      values: values.bootstrap,
      files: [conf],
    });
    bootstrap.step(['placement-manage', 'db', 'sync']);
    bootstrap.register(registration, api.endpoints());
    bootstrap.operation('online-data-migrations', ['placement-manage', 'db', 'online_data_migrations']);
    api.after(bootstrap);
    new ApiSmokeTest(this, 'smoke-test', {
      ...process,
      placement: values.bootstrap,
      api,
      registration,
      open: ['/'],
      paths: ['/resource_providers'],
    });
  }
}
