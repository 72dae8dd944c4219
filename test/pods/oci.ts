// The OCI configuration of a container: what a container engine makes of a container of a pod.
import type { Container, Pod, VolumeMount } from 'kubernetes-types/core/v1';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expand, fieldOf, quantity } from './fields';
import type { Node } from './node';

/** What a container is started with. */
export interface Setting {
  readonly node: Node;
  readonly pod: Pod;
  readonly container: Container;
  readonly env: ReadonlyMap<string, string>;
  /** The folders of the pod's volumes on the node. */
  readonly volumes: ReadonlyMap<string, string>;
  /** The folder with the pod's `hosts` and `hostname`. */
  readonly folder: string;
  /** The image's file system. */
  readonly root: string;
  readonly id: string;
}

interface Mount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What containerd leaves to a container that drops nothing. */
const CAPABILITIES = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
];

/** Where the root of a container is mounted on the node. */
export const layerOf = (id: string): string => `/run/layers/${id}`;

export function ociConfig(setting: Setting): object {
  const { node, pod, container, env, id } = setting;
  const own = container.securityContext ?? {};
  const user = userOf(setting);
  const command = [...(container.command ?? []), ...(container.args ?? [])].map((text) => expand(text, env));
  if (!container.command) throw new Error(`container ${container.name} has no command: the image here has none`);
  const memory = container.resources?.limits?.['memory'];
  const caps = capabilitiesOf(container);
  return {
    ociVersion: '1.0.2',
    root: { path: `${layerOf(id)}/root`, readonly: own.readOnlyRootFilesystem ?? false },
    hostname: pod.spec!.hostname ?? pod.metadata!.name!,
    process: {
      user: { uid: user.uid, gid: user.gid, additionalGids: user.groups },
      args: command,
      env: Object.entries({
        PATH,
        HOME: user.home,
        HOSTNAME: pod.metadata!.name!,
        ...Object.fromEntries(env),
      }).map((pair) => pair.join('=')),
      cwd: container.workingDir ?? '/',
      capabilities: { bounding: caps, effective: caps, permitted: caps },
      noNewPrivileges: own.allowPrivilegeEscalation === false,
    },
    mounts: [...engineMounts(setting.folder), ...volumeMounts(setting)],
    linux: {
      cgroupsPath: `/${node.name}/${id}`,
      namespaces: [
        ...['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
        { type: 'network', path: `/run/netns/${pod.metadata!.name!}` },
      ],
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        ...(memory !== undefined && { memory: { limit: quantity(memory) } }),
      },
      maskedPaths: ['acpi', 'kcore', 'keys', 'latency_stats', 'timer_list', 'sched_debug', 'scsi']
        .map((name) => `/proc/${name}`)
        .concat('/sys/firmware'),
      readonlyPaths: ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`),
    },
  };
}

function capabilitiesOf({ securityContext }: Container): string[] {
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  const left = drop.includes('ALL') ? [] : CAPABILITIES.filter((name) => !drop.includes(name));
  return [...new Set([...left, ...add])].map((name) => `CAP_${name}`);
}

/** The user of a container, and what the image's own files say of him. */
function userOf({ pod, container, root }: Setting) {
  const [all, own] = [pod.spec!.securityContext ?? {}, container.securityContext ?? {}];
  const uid = own.runAsUser ?? all.runAsUser ?? 0;
  if (uid === 0 && (own.runAsNonRoot ?? all.runAsNonRoot))
    throw new Error(`container ${container.name} has runAsNonRoot, and would run as root`);
  const lines = (file: string): string[][] => {
    const path = join(root, 'etc', file);
    return existsSync(path)
      ? readFileSync(path, 'utf8')
          .split('\n')
          .map((line) => line.split(':'))
      : [];
  };
  const [name, , , group, , home] = lines('passwd').find((line) => line[2] === String(uid)) ?? [];
  const gid = own.runAsGroup ?? all.runAsGroup ?? Number(group ?? 0);
  const member = lines('group').filter((line) => name !== undefined && line[3]?.split(',').includes(name));
  const more = all.fsGroup === undefined ? [] : [all.fsGroup];
  const groups = [
    ...new Set([gid, ...member.map((line) => Number(line[2])), ...(all.supplementalGroups ?? []), ...more]),
  ];
  return { uid, gid, groups, home: home ?? '/' };
}

function engineMounts(folder: string): Mount[] {
  const safe = ['nosuid', 'noexec', 'nodev'];
  const make = (destination: string, type: string, options: readonly string[], source = type): Mount => ({
    ...{ destination, type, source, options },
  });
  return [
    make('/proc', 'proc', safe),
    make('/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    make('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
    make('/dev/shm', 'tmpfs', [...safe, 'mode=1777', 'size=65536k'], 'shm'),
    make('/dev/mqueue', 'mqueue', safe),
    make('/sys', 'sysfs', [...safe, 'ro']),
    make('/sys/fs/cgroup', 'cgroup', [...safe, 'relatime', 'ro']),
    make('/etc/hosts', 'bind', ['bind', 'rprivate', 'rw'], join(folder, 'hosts')),
    make('/etc/resolv.conf', 'bind', ['bind', 'rprivate', 'ro'], join(folder, 'resolv.conf')),
    make('/etc/hostname', 'bind', ['bind', 'rprivate', 'rw'], join(folder, 'hostname')),
  ];
}

function volumeMounts(setting: Setting): Mount[] {
  const depth = ({ destination }: Mount): number => destination.split('/').length;
  const { container } = setting;
  return (container.volumeMounts ?? []).map((mount) => volumeMount(setting, mount)).sort((a, b) => depth(a) - depth(b));
}

function volumeMount({ node, pod, container, volumes, env }: Setting, mount: VolumeMount): Mount {
  const folder = volumes.get(mount.name);
  if (folder === undefined) throw new Error(`container ${container.name} mounts ${mount.name}: no such volume`);
  const volume = pod.spec!.volumes!.find(({ name }) => name === mount.name)!;
  const written = Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI);
  const subPath = mount.subPathExpr === undefined ? mount.subPath : expand(mount.subPathExpr, env);
  const source = join(folder, subPath ?? '');
  const path = node.path(source);
  if (subPath && !existsSync(path)) {
    if (written) throw new Error(`container ${container.name}: volume ${mount.name} has no ${subPath}`);
    mkdirSync(path, { recursive: true, mode: statSync(node.path(folder)).mode & 0o7777 });
  }
  const access = written || mount.readOnly ? 'ro' : 'rw';
  return { destination: mount.mountPath, type: 'bind', source, options: ['rbind', 'rprivate', access] };
}

/** The names of a pod by itself, the full one first. */
export function ownNames(pod: Pod, domain: string): string {
  const { hostname, subdomain } = pod.spec!;
  const name = hostname ?? pod.metadata!.name!;
  const namespace = fieldOf(pod, { fieldPath: 'metadata.namespace' });
  return [...(subdomain ? [`${name}.${subdomain}.${namespace}.svc.${domain}`] : []), name].join(' ');
}
