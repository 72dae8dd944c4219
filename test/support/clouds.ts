import { Cloud } from '../../lib/cloud';
import type { CloudProps } from '../../lib/cloud';
import type { JsonMap } from '../../lib/values/expression';
import { catalogue } from '../../services';
import { fakeFernetKey } from './passwords';

/** A cloud of all services. */
export function cloudOf(props: CloudProps = {}): Cloud {
  const cloud = new Cloud(props);
  for (const Service of Object.values(catalogue)) new Service(cloud);
  return cloud;
}

/** What the charts require, as short as can be. */
export const required: JsonMap = {
  global: {
    networkPolicy: { nodeCidrs: ['192.0.2.0/24'] },
    passwords: {
      database_password: 'database-admin-password',
      glance_database_password: 'glance-database-password',
      glance_keystone_password: 'glance-keystone-password',
      keystone_admin_password: 'keystone-admin-password',
      keystone_credential_key: fakeFernetKey('keystone-credential-key'),
      keystone_credential_key_previous: fakeFernetKey('keystone-credential-key-previous'),
      keystone_database_password: 'keystone-database-password',
      keystone_fernet_master_key: 'keystone-fernet-master-key-of-tests',
      mariadb_backup_database_password: 'mariadb-backup-database-password',
      memcache_secret_key: 'memcache-secret-key',
      placement_database_password: 'placement-database-password',
      placement_keystone_password: 'placement-keystone-password',
      neutron_database_password: 'neutron-database-password',
      neutron_keystone_password: 'neutron-keystone-password',
      metadata_secret: 'metadata-secret',
      nova_api_database_password: 'nova-api-database-password',
      nova_database_password: 'nova-database-password',
      nova_keystone_password: 'nova-keystone-password',
      nova_ssh_key: {
        private_key: '-----BEGIN PRIVATE KEY-----\nnova-ssh-key\n-----END PRIVATE KEY-----\n',
        public_key: 'ssh-rsa nova-ssh-key',
      },
      rabbitmq_cluster_cookie: 'rabbitmq-cluster-cookie',
      rabbitmq_monitoring_password: 'rabbitmq-monitoring-password',
      rabbitmq_password: 'rabbitmq-password',
    },
  },
};
