import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import { join } from 'node:path';
import { KEPT, KubeObject, claimSpec } from '../../lib/kubernetes';
import {
  Operation,
  SOURCE,
  Service,
  databaseCa,
  databaseTls,
  egressToAny,
  egressToComponent,
  tlsPart,
} from '../../lib/openstack';
import { all, choose, isSet, when } from '../../lib/values';
import type { Value } from '../../lib/values';
import { mariadbValues } from './values';

export const BACKUP_PASSWORD = 'mariadb_backup_database_password';
const S3_PASSWORDS = ['mariadb_backup_s3_access_key', 'mariadb_backup_s3_secret_key'];
/** The certificate authority of the S3 store. */
const S3_TLS = '/run/kolla/tls/s3';
const script = (name: string) => join(__dirname, 'scripts', name);

/** The operations that talk to the members: their components. */
export const OPERATIONS = ['backup-full', 'backup-incremental', 'restore'];

export interface BackupProps {
  /** The headless Service of the members. */
  readonly members: string;
  /** The port on which members say how they are. */
  readonly state: number;
}

/**
 * Backups of one member's files with mariadb-backup, on the node where they are, and the restore. They are kept on a
 * volume, and copied to an S3 store where there is one. With the image of Glance, for it has Python's library for S3.
 */
export function addBackups(mariadb: Service<typeof mariadbValues>, { members, state }: BackupProps): void {
  const { values, global } = mariadb;
  const { backup } = values;
  const { port, replicas } = global.database;
  // Not the one that is written to, as a rule. The same for all, for a volume can't be in two places.
  const member = choose(replicas.is(3), 'mariadb-2', 'mariadb-0');
  mariadb.partIf(backup.enabled, () => {
    for (const name of S3_PASSWORDS) mariadb.password(name, backup.s3.enabled);
    new KubeObject<PersistentVolumeClaim>(mariadb, 'backups', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...mariadb.metadata('backup', 'mariadb-backups'), annotations: KEPT },
      spec: claimSpec(backup.storage),
    });
    const s3 = (action: string, option: string) => ({
      image: 'glance-api',
      test: backup.s3.enabled,
      // Stores that are not Amazon's know nothing of the checksums that newer versions of boto3 send.
      env: ['AWS_REQUEST_CHECKSUM_CALCULATION', 'AWS_RESPONSE_CHECKSUM_VALIDATION'].map((name) => ({
        name,
        value: 'when_required',
      })),
      command: [
        '/var/lib/kolla/venv/bin/python',
        `${SOURCE}/s3.py`,
        action,
        `--endpoint=${backup.s3.endpoint}`,
        `--region=${backup.s3.region}`,
        `--bucket=${backup.s3.bucket}`,
        `--prefix=${backup.s3.prefix}`,
        when(isSet(backup.s3.caSecretName), `--ca=${S3_TLS}/ca.crt`),
        option,
      ],
    });
    const common = (data: { readonly readOnly: boolean }, ...secrets: string[]) => ({
      image: 'mariadb-server',
      user: 'mysql' as const,
      values: backup,
      programs: ['backup.py', 'restore.py', 's3.py', 'volume.py'].map(script),
      secrets: [...secrets, ...S3_PASSWORDS],
      pod: { keepsData: true },
      parts: [
        volumes(member, data.readOnly),
        databaseTls,
        tlsPart({
          name: 's3-tls',
          path: S3_TLS,
          values: {
            enabled: all(backup.s3.enabled, isSet(backup.s3.caSecretName)),
            secretName: backup.s3.caSecretName.or(''),
          },
        }),
      ],
      connectsTo: [
        { description: 'members', egress: egressToComponent('mariadb', 'server', port, state) },
        { description: 'S3 store', egress: egressToAny(), test: backup.s3.enabled },
      ],
    });
    const python = (program: string, ...args: string[]) => ['python3', `${SOURCE}/${program}`, ...args];
    const retain = { command: python('backup.py', 'retain', `--keep=${backup.keep}`) };
    for (const kind of ['full', 'incremental'] as const) {
      new Operation(mariadb, `backup-${kind}`, {
        ...common({ readOnly: true }, BACKUP_PASSWORD),
        schedule: backup[kind],
        beside: { 'statefulset.kubernetes.io/pod-name': `${member}` },
        steps: {
          // Those that are too old go first: the volume may be full of what could not be uploaded.
          'make-room': retain,
          backup: {
            command: [...python('backup.py', kind, `--host=${member}.${members}`, `--port=${port}`), databaseCa],
          },
          upload: s3('upload', `--keep=${backup.keep}`),
          retain,
        },
      });
    }
    new Operation(mariadb, 'restore', {
      ...common({ readOnly: false }),
      steps: {
        download: s3('download', `--backup=${values.restore.backup}`),
        restore: {
          command: python(
            'restore.py',
            `--backup=${values.restore.backup}`,
            `--members=${replicas}`,
            `--service=${members}`,
          ),
        },
      },
    });
  });
}

/** The data of a member, and the backups. */
const volumes = (member: Value<string>, readOnly: boolean) => ({
  volumes: [
    { name: 'data', persistentVolumeClaim: { claimName: `data-${member}` } },
    { name: 'backups', persistentVolumeClaim: { claimName: 'mariadb-backups' } },
  ],
  mounts: [
    { name: 'data', mountPath: '/var/lib/mysql', ...(readOnly && { readOnly }) },
    { name: 'backups', mountPath: '/backups' },
  ],
});
