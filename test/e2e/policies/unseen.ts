/** Why connections are declared that the scenario `policies` does not see; `*` is every component. */
const REASONS: Readonly<Record<string, string>> = {
  '* → dns TCP 53': 'only for answers of more than 512 bytes',
  'memcached/server → dns UDP 53': 'memcached asks for no name',
  'mariadb/backup-full → mariadb/server TCP 4570': 'the restore asks members there, and has the same connection',
  'mariadb/backup-incremental → mariadb/server TCP 4570': 'the same',
  'rabbitmq/enable-feature-flags → rabbitmq/server TCP 25673': 'it asks no member for its state; others do',
  ...Object.fromEntries(
    ['drop-old-passwords', 'contract', 'credential-migrate'].map((operation) => [
      `keystone/${operation} → memcached/server TCP 11211`,
      'operations may connect to all that the bootstrap connects to',
    ]),
  ),
  ...Object.fromEntries(
    ['mariadb/server TCP 3306', 'mariadb/server TCP 4570', 'dns UDP 53'].map((to) => [
      `mariadb/restore → ${to}`,
      'the restore is for a database of which no member runs',
    ]),
  ),
};

/** Connections with the reason why they are not seen. */
export function unseen(components: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(REASONS).flatMap(([connection, reason]) =>
      (connection.startsWith('* ') ? components.map((name) => connection.replace('*', name)) : [connection]).map(
        (each) => [each, reason] as const,
      ),
    ),
  );
}
