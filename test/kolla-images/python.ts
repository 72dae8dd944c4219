/**
 * What distributions of Python bring that our pods name; `python.run.ts` reads the distributions themselves.
 * `from` is a word of Kolla's pip: a name, a name with an extra that must be asked for, a folder of sources.
 */
export interface Brought {
  readonly from: string;
  /** Where this can be looked up. */
  readonly source: string;
}
export type PythonTable = { readonly [name: string]: Brought };

/** Commands, which stand in the folder bin of the virtual environment. */
export const SCRIPTS: PythonTable = {
  'glance-cache-cleaner': { from: '/glance', source: 'Glance: console_scripts' },
  'glance-cache-pruner': { from: '/glance', source: 'Glance: console_scripts' },
  'glance-manage': { from: '/glance', source: 'Glance: console_scripts' },
  'keystone-manage': { from: '/keystone', source: 'Keystone: console_scripts' },
  'placement-manage': { from: '/placement', source: 'Placement: console_scripts' },
  'neutron-dhcp-agent': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-l3-agent': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-metadata-agent': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-openvswitch-agent': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-sriov-nic-agent': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-db-manage': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-periodic-workers': { from: '/neutron', source: 'Neutron: console_scripts' },
  'neutron-rpc-server': { from: '/neutron', source: 'Neutron: console_scripts' },
  'nova-compute': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-conductor': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-manage': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-novncproxy': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-scheduler': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-serialproxy': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-spicehtml5proxy': { from: '/nova', source: 'Nova: console_scripts' },
  'nova-status': { from: '/nova', source: 'Nova: console_scripts' },
  uwsgi: { from: 'uwsgi', source: 'uWSGI: setup.py builds the server itself' },
};

/** Modules that programs of ours import and uwsgi serves, by their first or their full name. */
export const MODULES: PythonTable = {
  boto3: { from: 'glance_store[s3]', source: 'glance_store: extra s3' },
  botocore: { from: 'glance_store[s3]', source: 'boto3 needs it' },
  eventlet: { from: 'eventlet', source: 'eventlet' },
  'glance.wsgi.api': { from: '/glance', source: 'Glance: glance/wsgi/api.py' },
  keystone: { from: '/keystone', source: 'Keystone' },
  'keystone.wsgi.api': { from: '/keystone', source: 'Keystone: keystone/wsgi/api.py' },
  oslo_config: { from: 'oslo.config', source: 'oslo.config' },
  oslo_messaging: { from: 'oslo.messaging', source: 'oslo.messaging' },
  keystoneauth1: { from: 'keystoneauth1', source: 'keystoneauth1' },
  'placement.wsgi.api': { from: '/placement', source: 'Placement: placement/wsgi/api.py' },
  'neutron.wsgi.api': { from: '/neutron', source: 'Neutron: neutron/wsgi/api.py' },
  nova: { from: '/nova', source: 'Nova' },
  'nova.wsgi.metadata': { from: '/nova', source: 'Nova: nova/wsgi/metadata.py' },
  'nova.wsgi.osapi_compute': { from: '/nova', source: 'Nova: nova/wsgi/osapi_compute.py' },
  pymysql: { from: 'pymysql', source: 'PyMySQL' },
};

/** Whether one of pip's words brings what `from` asks for: `glance_store[cinder,s3]` brings `glance_store[s3]`. */
export function brings(word: string, from: string): boolean {
  const parts = (text: string) => {
    const [, name = text, extras = ''] = /^([^[]+)(?:\[(.*)\])?$/.exec(text) ?? [];
    return { name: name.toLowerCase().replace(/_/g, '-'), extras: extras.split(',').filter(Boolean) };
  };
  const [has, wants] = [parts(word), parts(from)];
  return has.name === wants.name && wants.extras.every((extra) => has.extras.includes(extra));
}
