/** What a pod may do with its node, each with the reason: the exception from `restricted` that a host agent is. */
export interface Privileges {
  /** Runs as root. Default: as the service's own user. */
  readonly root?: string;
  /** Every capability and device. Then `capabilities` says nothing more. */
  readonly privileged?: string;
  /** Linux capabilities by name, without `CAP_`. */
  readonly capabilities?: { readonly [name: string]: string };
  readonly hostPID?: string;
  readonly hostIPC?: string;
  /** Folders and devices of the node, by their path in the container. */
  readonly paths: { readonly [path: string]: HostPath };
}

export interface HostPath {
  readonly why: string;
  /** The path on the node. Default: the same. */
  readonly node?: string;
  readonly readOnly?: true;
  /** Mounts made in the container are seen on the node, and the other way round. */
  readonly shared?: true;
  /** Default: a folder, made where it is missing. */
  readonly type?: 'CharDevice' | 'Directory';
}

/** Why each host agent is on the host's network. */
export const HOST_NETWORK = 'It works on the interfaces of its node, or is reached by other nodes under its address.';

const volumeName = (path: string): string => `host${path.replace(/[^a-z0-9]+/g, '-')}`;

/** The volumes of a node's paths. */
export const hostVolumes = ({ paths }: Privileges) =>
  Object.entries(paths).map(([path, { node = path, type = 'DirectoryOrCreate' }]) => ({
    name: volumeName(path),
    hostPath: { path: node, type },
  }));

/** Where a container has them. */
export const hostMounts = ({ paths }: Privileges) =>
  Object.entries(paths).map(([path, { readOnly, shared }]) => ({
    name: volumeName(path),
    mountPath: path,
    ...(readOnly && { readOnly }),
    ...(shared && { mountPropagation: 'Bidirectional' }),
  }));
