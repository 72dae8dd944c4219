import type { JsonMap } from '../../lib/values/expression';

/** What has the form of a Fernet key, and says what it is. */
export const fakeFernetKey = (name: string): string => `${name.padEnd(43, 'A')}=`;

/** The passwords of tests whose output is kept: those that `genpwd` writes, the same on each run, and plainly fake. */
export const passwords: JsonMap = {
  global: {
    passwords: {
      database_password: 'fake-database-password',
      glance_database_password: 'fake-glance-database-password',
      glance_keystone_password: 'fake-glance-keystone-password',
      keystone_admin_password: 'fake-keystone-admin-password',
      keystone_credential_key: fakeFernetKey('fake-keystone-credential-key'),
      keystone_database_password: 'fake-keystone-database-password',
      keystone_fernet_master_key: 'fake-keystone-fernet-master-key-of-tests',
      mariadb_backup_database_password: 'fake-mariadb-backup-database-password',
      memcache_secret_key: 'fake-memcache-secret-key',
      placement_database_password: 'fake-placement-database-password',
      placement_keystone_password: 'fake-placement-keystone-password',
      neutron_database_password: 'fake-neutron-database-password',
      neutron_keystone_password: 'fake-neutron-keystone-password',
      metadata_secret: 'fake-metadata-secret',
      nova_api_database_password: 'fake-nova-api-database-password',
      nova_database_password: 'fake-nova-database-password',
      nova_keystone_password: 'fake-nova-keystone-password',
      nova_ssh_key: {
        private_key: '-----BEGIN PRIVATE KEY-----\nfake-nova-ssh-key\n-----END PRIVATE KEY-----\n',
        public_key: 'ssh-rsa fake-nova-ssh-key',
      },
      rabbitmq_cluster_cookie: 'fake-rabbitmq-cluster-cookie',
      rabbitmq_monitoring_password: 'fake-rabbitmq-monitoring-password',
      rabbitmq_password: 'fake-rabbitmq-password',
    },
  },
};
