/** Which of a package's files our pods name, and what it brings. Not all that it holds. */
export interface PackageFiles {
  /** Where this can be looked up. */
  readonly source: string;
  readonly files?: readonly string[];
  /** Packages that it depends on, as far as they are in this table. */
  readonly brings?: readonly string[];
}
export type PackageTable = { readonly [name: string]: PackageFiles };

/** The key of what an image of the distribution itself holds. */
export const SYSTEM = 'system';

const MARIADB_DEB = 'debian/*.install and debian/control of MariaDB Server, which Debian and MariaDB share';
const MARIADB_RPM = 'cmake/cpack_rpm.cmake and COMPONENT in CMakeLists.txt of MariaDB Server';
const RABBITMQ_TOOLS = ['rabbitmq-plugins', 'rabbitmq-server', 'rabbitmq-upgrade', 'rabbitmqctl'];
const rabbitmq = ['/etc/rabbitmq', '/var/lib/rabbitmq'].concat(
  RABBITMQ_TOOLS.map((tool) => `/usr/lib/rabbitmq/bin/${tool}`),
);

/** Debian's and Ubuntu's; `packages.run.ts` reads Debian's own packages. */
export const DEB: PackageTable = {
  [SYSTEM]: {
    source: 'Debian Policy 3.8: packages that are essential are always there',
    files: ['/bin/bash', '/bin/sh', '/usr/bin/grep', '/usr/bin/gzip', '/usr/bin/sleep'],
  },
  'dumb-init': { source: 'Debian: dumb-init', files: ['/usr/bin/dumb-init'] },
  'galera-4': {
    source: 'Debian: galera-4, and debian/galera-4.install of Galera',
    files: ['/usr/lib/galera/libgalera_smm.so'],
  },
  haproxy: { source: 'Debian: haproxy', files: ['/etc/haproxy', '/usr/sbin/haproxy'] },
  'libvirt-clients': { source: 'Debian: libvirt-clients', files: ['/usr/bin/virsh'] },
  'libvirt-daemon': { source: 'Debian: libvirt-daemon', files: ['/usr/sbin/libvirtd'] },
  'libvirt-daemon-system': {
    source: 'Debian: libvirt-daemon-system',
    files: ['/etc/libvirt'],
    brings: ['libvirt-clients', 'libvirt-daemon'],
  },
  'mariadb-backup': { source: MARIADB_DEB, files: ['/usr/bin/mariadb-backup', '/usr/bin/mbstream'] },
  'mariadb-client': { source: MARIADB_DEB, brings: ['mariadb-client-core', 'mariadb-common'] },
  'mariadb-client-core': { source: MARIADB_DEB, files: ['/usr/bin/mariadb', '/usr/bin/my_print_defaults'] },
  'mariadb-common': { source: MARIADB_DEB, files: ['/etc/mysql'] },
  'mariadb-server': {
    source: MARIADB_DEB,
    files: ['/usr/bin/wsrep_sst_mariabackup'],
    brings: ['galera-4', 'mariadb-client', 'mariadb-server-core'],
  },
  'mariadb-server-core': {
    source: MARIADB_DEB,
    files: ['/usr/bin/mariadb-install-db', '/usr/bin/mariadb-upgrade', '/usr/sbin/mariadbd'],
  },
  memcached: { source: 'Debian: memcached', files: ['/usr/bin/memcached'] },
  'openvswitch-common': {
    source: 'Debian: openvswitch-common',
    files: [
      ...['/usr/bin/ovs-appctl', '/usr/bin/ovs-ofctl', '/usr/bin/ovsdb-client', '/usr/bin/ovsdb-tool'],
      '/usr/sbin/ovsdb-server',
    ],
  },
  'openvswitch-switch': {
    source: 'Debian: openvswitch-switch, which chooses the plain ovs-vswitchd when it is installed',
    files: ['/usr/bin/ovs-vsctl', '/usr/sbin/ovs-vswitchd', '/usr/share/openvswitch/vswitch.ovsschema'],
    brings: ['openvswitch-common'],
  },
  'openssh-client': { source: 'Debian: openssh-client', files: ['/etc/ssh', '/usr/bin/ssh', '/usr/bin/ssh-keygen'] },
  'openssh-server': { source: 'Debian: openssh-server', files: ['/usr/sbin/sshd'], brings: ['openssh-client'] },
  python3: { source: 'Debian: python3', brings: ['python3-minimal'] },
  'python3-minimal': { source: 'Debian: python3-minimal', files: ['/usr/bin/python3'] },
  'rabbitmq-server': { source: 'Debian: rabbitmq-server; that of RabbitMQ has the same tools', files: rabbitmq },
  sudo: { source: 'Debian: sudo', files: ['/usr/bin/sudo'] },
};

/** Rocky's. No package of it can be read where tests run. */
export const RPM: PackageTable = {
  [SYSTEM]: {
    source: 'the image of Rocky: pam needs libpwquality, that cracklib, and that gzip (their spec files)',
    files: ['/bin/bash', '/bin/sh', '/usr/bin/grep', '/usr/bin/gzip', '/usr/bin/sleep'],
  },
  'dumb-init': { source: 'EPEL: dumb-init', files: ['/usr/bin/dumb-init'] },
  'galera-4': {
    source: "Kolla's own recipe of mariadb-server links /usr/lib64/galera to /usr/lib64/galera-4",
    files: ['/usr/lib64/galera-4/libgalera_smm.so'],
  },
  git: {
    source: 'Fedora: git.spec, of which git needs git-core, and that openssh-clients',
    brings: ['openssh-clients'],
  },
  haproxy: { source: 'Fedora: haproxy.spec', files: ['/etc/haproxy', '/usr/sbin/haproxy'] },
  'libvirt-client': { source: 'Fedora: libvirt.spec', files: ['/usr/bin/virsh'] },
  'libvirt-daemon': { source: 'Fedora: libvirt.spec', files: ['/etc/libvirt', '/usr/sbin/libvirtd'] },
  mariadb: { source: MARIADB_RPM, files: ['/usr/bin/mariadb', '/usr/bin/my_print_defaults'] },
  'mariadb-backup': { source: MARIADB_RPM, files: ['/usr/bin/mariadb-backup', '/usr/bin/mbstream'] },
  'mariadb-server': {
    source: MARIADB_RPM,
    files: [
      '/usr/bin/mariadb-install-db',
      '/usr/bin/mariadb-upgrade',
      '/usr/bin/wsrep_sst_mariabackup',
      '/usr/sbin/mariadbd',
    ],
    brings: ['galera-4', 'mariadb'],
  },
  memcached: { source: 'Fedora: memcached.spec', files: ['/usr/bin/memcached'] },
  openssh: { source: 'Fedora: openssh.spec', files: ['/etc/ssh', '/usr/bin/ssh-keygen'] },
  'openssh-clients': { source: 'Fedora: openssh.spec', files: ['/usr/bin/ssh'], brings: ['openssh'] },
  'openssh-server': { source: 'Fedora: openssh.spec', files: ['/usr/sbin/sshd'], brings: ['openssh'] },
  openvswitch: {
    source: 'Fedora: openvswitch.spec, which that of the NFV SIG follows',
    files: [
      ...['/usr/bin/ovs-appctl', '/usr/bin/ovs-ofctl', '/usr/bin/ovs-vsctl'],
      ...['/usr/bin/ovsdb-client', '/usr/bin/ovsdb-tool'],
      ...['/usr/sbin/ovs-vswitchd', '/usr/sbin/ovsdb-server', '/usr/share/openvswitch/vswitch.ovsschema'],
    ],
  },
  python3: { source: 'Rocky: python3', files: ['/usr/bin/python3'] },
  'rabbitmq-server': { source: 'packaging/RPMS of RabbitMQ: _rabbit_libdir is /usr/lib/rabbitmq', files: rabbitmq },
  sudo: { source: 'Rocky: sudo', files: ['/usr/bin/sudo'] },
};
