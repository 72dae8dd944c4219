/**
 * The users of Kolla's images: the uid, and the gid of the group of the same name. Same in releases 2025.1 and
 * 2026.1 and in all distros (source: Kolla's own table of users, `kolla/common/users.py`).
 */
export const KOLLA_USERS = {
  ansible: 42401,
  aodh: 42402,
  barbican: 42403,
  blazar: 42471,
  ceilometer: 42405,
  cinder: 42407,
  cloudkitty: 42408,
  collectd: 42409,
  cyborg: 42483,
  designate: 42411,
  etcd: 42413,
  fluentd: 42474,
  glance: 42415,
  gnocchi: 42416,
  grafana: 42417,
  haproxy: 42454,
  heat: 42418,
  horizon: 42420,
  ironic: 42422,
  keystone: 42425,
  letsencrypt: 42488,
  magnum: 42428,
  manila: 42429,
  masakari: 42485,
  memcached: 42457,
  mistral: 42430,
  mysql: 42434,
  neutron: 42435,
  nova: 42436,
  octavia: 42437,
  opensearch: 42490,
  'opensearch-dashboards': 42492,
  placement: 42482,
  prometheus: 42472,
  proxysql: 42487,
  rabbitmq: 42439,
  skyline: 42491,
  tacker: 42446,
  trove: 42449,
  valkey: 42494,
  watcher: 42451,
} as const;

export type KollaUser = keyof typeof KOLLA_USERS;

/** Whom a container runs as: one of them, or root, which only a host agent with a reason is. */
export type ContainerUser = KollaUser | 'root';

export const uidOf = (user: ContainerUser): number => (user === 'root' ? 0 : KOLLA_USERS[user]);
