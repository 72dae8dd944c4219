import { ConfigFile } from '../config/config-file';
import { Connection } from '../kubernetes/network-policy';
import { Value, when } from '../values/value';
import { PodPart } from './pod';

/** Something that components talk to, with what every pod needs that does so. */
export interface ServiceConnection extends Connection {
  readonly files?: readonly ConfigFile[];
  readonly parts?: readonly PodPart[];
}

export const filesOf = (connections: readonly ServiceConnection[]): ConfigFile[] =>
  connections.flatMap(({ files = [] }) => files);
export const partsOf = (connections: readonly ServiceConnection[]): PodPart[] =>
  connections.flatMap(({ parts = [] }) => parts);

/** The certificate authority of a server, as clients and servers read it. */
export interface TlsProps {
  /** The name of the volume. */
  readonly name: string;
  /** The folder in the container. */
  readonly path: string;
  readonly values: { readonly enabled: Value<boolean>; readonly secretName: Value<string> };
  /** Which keys of the Secret. Default: `ca.crt`, which is all that a client needs. */
  readonly keys?: readonly string[];
}

/** Mounts keys of a TLS Secret as a folder, so that a renewed certificate reaches the pod. */
export function tlsPart({ name, path, values, keys = ['ca.crt'] }: TlsProps): PodPart {
  const items = keys.map((key) => ({ key, path: key }));
  return {
    volumes: [when(values.enabled, { name, secret: { secretName: values.secretName, items, defaultMode: 0o440 } })],
    mounts: [when(values.enabled, { name, mountPath: path, readOnly: true })],
  };
}
