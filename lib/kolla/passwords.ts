/** How a password is made and what it looks like; the kinds are those that Kolla-Ansible's genpwd tells apart. */
export type PasswordKind =
  /** 40 random ASCII letters and digits. */
  | 'password'
  /** A random (version 4) UUID. */
  | 'uuid'
  /** An RSA key pair of 4096 bits, see {@link SshKeyPair}. */
  | 'sshKey'
  /** A salt for bcrypt: 22 characters of bcrypt's own base64 alphabet. What is hashed with it is another password. */
  | 'bcryptSalt'
  /** 128 random bits as 32 lower-case hexadecimal digits, the form of an HMAC-MD5 digest. */
  | 'hmacKey'
  /** A Fernet key: 32 random bytes as URL-safe base64 with padding, 44 characters. */
  | 'fernetKey';

/** What is known of a password by its name. */
export interface PasswordFact {
  readonly kind: PasswordKind;
  /** It may stay empty and is never generated. Default: it is required wherever a service uses it. */
  readonly optional?: true;
  /** So many characters at least. Default: one. */
  readonly least?: number;
}

/** The value of a password of kind `sshKey`. */
export interface SshKeyPair {
  /** PEM (PKCS #8, unencrypted) or OpenSSH, several lines. */
  readonly private_key: string;
  /** One line in the form of `authorized_keys`: `ssh-rsa AAAA…`. */
  readonly public_key: string;
}

/** The value of a password: a pair for kind `sshKey`, one line of text for every other kind. */
export type PasswordValue = string | SshKeyPair;

const password = { kind: 'password' } as const;
const uuid = { kind: 'uuid' } as const;
const sshKey = { kind: 'sshKey' } as const;
const bcryptSalt = { kind: 'bcryptSalt' } as const;
const hmacKey = { kind: 'hmacKey' } as const;
const fernetKey = { kind: 'fernetKey' } as const;

/**
 * The passwords of Kolla-Ansible under its own names: the union of OpenStack 2025.1 and 2026.1.
 *
 * Source: `etc/kolla/passwords.yml` (names) and `kolla_ansible/cmd/genpwd.py` (kinds, and which may stay empty) of
 * kolla-ansible 20.6.0 and 22.2.0. Kinds are the same in both.
 */
export const KOLLA_PASSWORDS = {
  aodh_database_password: password,
  aodh_keystone_password: password,
  barbican_crypto_key: fernetKey,
  barbican_database_password: password,
  barbican_keystone_password: password,
  barbican_p11_password: password,
  bifrost_ssh_key: sshKey,
  blazar_database_password: password,
  blazar_keystone_password: password,
  ceilometer_database_password: password,
  ceilometer_keystone_password: password,
  ceph_rgw_keystone_password: password,
  cinder_database_password: password,
  cinder_keystone_password: password,
  cinder_rbd_secret_uuid: uuid,
  cloudkitty_database_password: password,
  cloudkitty_keystone_password: password,
  cyborg_database_password: password,
  cyborg_keystone_password: password,
  database_password: password,
  designate_database_password: password,
  designate_keystone_password: password,
  designate_pool_id: uuid,
  designate_rndc_key: hmacKey,
  docker_registry_password: { kind: 'password', optional: true },
  etcd_cluster_token: password,
  glance_database_password: password,
  glance_keystone_password: password,
  gnocchi_database_password: password,
  gnocchi_keystone_password: password,
  gnocchi_project_id: uuid,
  gnocchi_resource_id: uuid,
  gnocchi_user_id: uuid,
  grafana_admin_password: password,
  grafana_database_password: password,
  haproxy_password: password,
  haproxy_ssh_key: sshKey,
  heat_database_password: password,
  heat_domain_admin_password: password,
  heat_keystone_password: password,
  hnas_nfs_password: password,
  horizon_database_password: password,
  horizon_secret_key: password,
  infoblox_admin_password: password,
  ironic_database_password: password,
  ironic_keystone_password: password,
  keepalived_password: password,
  keystone_admin_password: password,
  keystone_database_password: password,
  keystone_federation_openid_crypto_password: password,
  keystone_ssh_key: sshKey,
  kolla_ssh_key: sshKey,
  libvirt_sasl_password: password,
  magnum_database_password: password,
  magnum_keystone_password: password,
  manila_database_password: password,
  manila_keystone_password: password,
  mariadb_backup_database_password: password,
  mariadb_monitor_password: password,
  masakari_database_password: password,
  masakari_keystone_password: password,
  memcache_secret_key: password,
  metadata_secret: password,
  mistral_database_password: password,
  mistral_keystone_password: password,
  neutron_database_password: password,
  neutron_keystone_password: password,
  neutron_ssh_key: sshKey,
  nova_api_database_password: password,
  nova_database_password: password,
  nova_keystone_password: password,
  nova_ssh_key: sshKey,
  octavia_amp_ssh_key: sshKey,
  octavia_ca_password: password,
  octavia_client_ca_password: password,
  octavia_database_password: password,
  octavia_keystone_password: password,
  octavia_persistence_database_password: password,
  opensearch_dashboards_password: password,
  osprofiler_secret: hmacKey,
  placement_database_password: password,
  placement_keystone_password: password,
  prometheus_alertmanager_password: password,
  prometheus_bcrypt_salt: bcryptSalt,
  prometheus_grafana_password: password,
  prometheus_haproxy_password: password,
  prometheus_mysql_exporter_database_password: password,
  prometheus_password: password,
  prometheus_skyline_password: password,
  proxysql_admin_password: password,
  proxysql_stats_password: password,
  rabbitmq_cluster_cookie: password,
  rabbitmq_monitoring_password: password,
  rabbitmq_password: password,
  rbd_secret_uuid: uuid,
  redis_master_password: password,
  skyline_database_password: password,
  skyline_keystone_password: password,
  skyline_secret_key: password,
  tacker_database_password: password,
  tacker_keystone_password: password,
  telemetry_secret_key: password,
  trove_database_password: password,
  trove_keystone_password: password,
  valkey_master_password: password,
  watcher_database_password: password,
  watcher_keystone_password: password,

  // Only in 2025.1; 2026.1 adds no name.
  ironic_inspector_database_password: password,
  ironic_inspector_keystone_password: password,
  kuryr_keystone_password: password,
  nsxv3_api_password: password,
  venus_database_password: password,
  venus_keystone_password: password,
  vmware_dvs_host_password: password,
  vmware_nsxp_api_password: password,
  vmware_nsxp_metadata_proxy_shared_secret: password,
  vmware_nsxv_password: password,
  vmware_vcenter_host_password: password,
  zun_database_password: password,
  zun_keystone_password: password,
} as const satisfies Record<string, PasswordFact>;

/** The passwords of this project that Kolla-Ansible does not have. */
export const OWN_PASSWORDS = {
  /**
   * Keystone's credential key: encrypts the credentials that Keystone stores. Kolla-Ansible keeps it as files on the
   * hosts; to take a cloud over, give the key of its credential repository here.
   */
  keystone_credential_key: fernetKey,
  /** The credential key before the present one, so that what it encrypted can still be read. Only during a rotation. */
  keystone_credential_key_previous: { kind: 'fernetKey', optional: true },
  /** The master secret from which each Keystone pod derives its Fernet keys: fernet_keys.py refuses a shorter one. */
  keystone_fernet_master_key: { kind: 'password', least: 32 },
} as const satisfies Record<string, PasswordFact>;

/** The name of a password, a key of `global.passwords`. */
export type PasswordName = keyof typeof KOLLA_PASSWORDS | keyof typeof OWN_PASSWORDS;

/** The name of a pair of SSH keys. */
export type SshKeyName = {
  [N in keyof typeof KOLLA_PASSWORDS]: (typeof KOLLA_PASSWORDS)[N] extends typeof sshKey ? N : never;
}[keyof typeof KOLLA_PASSWORDS];

/** Every password: Kolla-Ansible's and our own. */
export const PASSWORDS: Readonly<Record<PasswordName, PasswordFact>> = { ...KOLLA_PASSWORDS, ...OWN_PASSWORDS };

/** Every password's name, sorted. */
export const PASSWORD_NAMES: readonly PasswordName[] = (Object.keys(PASSWORDS) as PasswordName[]).sort();

/** A half of a pair of SSH keys. */
export interface KeyHalf {
  readonly pair: SshKeyName;
  readonly half: keyof SshKeyPair;
}

const HALVES: ReadonlyMap<string, KeyHalf> = new Map(
  PASSWORD_NAMES.filter((name): name is SshKeyName => PASSWORDS[name].kind === 'sshKey').flatMap((pair) =>
    (['private_key', 'public_key'] as const).map((half) => [`${pair}_${half}`, { pair, half }] as const),
  ),
);

/** The half of a pair that a Secret has under that key: a key of each half, such as `nova_ssh_key_private_key`. */
export const keyHalfOf = (name: string): KeyHalf | undefined => HALVES.get(name);

/** Whether a password of that name is known. */
export function isPasswordName(name: string): name is PasswordName {
  return Object.hasOwn(PASSWORDS, name);
}
