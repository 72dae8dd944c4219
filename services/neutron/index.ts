import { Construct } from 'constructs';
import { IniFile, PolicyFile } from '../../lib/config';
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
import { addAgents } from './agents';
import { ml2Sections, serverSections } from './config';
import { addSmokeTest } from './smoke';
import { neutronValues } from './values';

/** OpenStack Networking: networks, ports, routers, security groups. With Open vSwitch on the hosts. */
export class Neutron extends Service<typeof neutronValues> {
  constructor(scope: Construct) {
    super(scope, neutronValues, {
      description: 'Neutron: OpenStack Networking',
      home: 'https://docs.openstack.org/neutron/latest/',
      sources: ['https://opendev.org/openstack/neutron', 'https://opendev.org/openstack/kolla'],
    });
    const { values, global } = this;
    const database = new Database(this, 'database', { name: 'neutron' });
    const messaging = new Messaging(this, 'messaging');
    const cache = new Cache(this, 'cache');
    const registration = new IdentityRegistration(this, 'registration', {
      type: 'network',
      description: 'OpenStack Networking',
    });

    const policy = new PolicyFile(this, values.policy);
    const conf = new IniFile(this, 'neutron.conf', {
      path: '/etc/neutron/neutron.conf',
      overrides: values.conf['neutron.conf'],
      replacement: values.files['neutron.conf'],
      sections: {
        ...serverSections(this, values, { messaging, database, cache, registration }),
        oslo_policy: policy.options,
      },
    });
    const ml2 = new IniFile(this, 'ml2_conf.ini', {
      path: '/etc/neutron/plugins/ml2/ml2_conf.ini',
      overrides: values.conf['ml2_conf.ini'],
      replacement: values.files['ml2_conf.ini'],
      sections: ml2Sections(this.release, values),
    });

    // All three run the same plugins, and each plugin may ask Nova or Placement.
    const server = {
      image: 'neutron-server',
      user: 'neutron',
      files: [conf, ml2, policy],
      connectsTo: [database, messaging, cache, registration, serviceApi('nova'), serviceApi('placement')],
    } as const;
    const api = new ApiComponent(this, 'api', {
      ...server,
      values: values.api,
      port: API_PORTS.neutron,
      wsgi: 'neutron.wsgi.api:application',
      uwsgi: values.conf['uwsgi.ini'],
      probe: '/healthcheck',
    });
    const rpcServer = new WorkerComponent(this, 'rpc-server', {
      ...server,
      values: values.rpcServer,
      command: ['neutron-rpc-server'],
    });
    const periodicWorkers = new WorkerComponent(this, 'periodic-workers', {
      ...server,
      values: values.periodicWorkers,
      command: ['neutron-periodic-workers'],
      // As Kolla-Ansible judges it: their work is in the database.
      connectedTo: global.database.port,
    });

    const bootstrap = new Bootstrap(this, 'bootstrap', {
      image: 'neutron-server',
      user: 'neutron',
      database,
      values: values.bootstrap,
      files: [conf],
    });
    // Since Newton all migrations are of the kind that servers of before can live with: there is nothing to contract.
    const migrate = ['neutron-db-manage', '--subproject', 'neutron', 'upgrade'];
    bootstrap.step([...migrate, 'heads'], { only: 'installing' });
    bootstrap.step([...migrate, '--expand'], { only: 'upgrading' });
    bootstrap.register(registration, api.endpoints());
    for (const component of [api, rpcServer, periodicWorkers]) component.after(bootstrap);
    addAgents(this, messaging);
    addSmokeTest(this);
  }
}
