import { ConfigFile } from '../config/config-file';
import { Connection } from '../kubernetes/network-policy';
import { Value, any, not, when } from '../values/value';
import { PodPart } from './pod';
import type { Service } from './service';

/** Something that components talk to, with what every pod needs that does so. */
export interface ServiceConnection extends Connection {
  readonly files?: readonly ConfigFile[];
  readonly parts?: readonly PodPart[];
}

/** Each once, though two databases on one server need the same. */
export const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

export const filesOf = (connections: readonly ServiceConnection[]): ConfigFile[] =>
  unique(connections.flatMap(({ files = [] }) => files));
export const partsOf = (connections: readonly ServiceConnection[]): PodPart[] =>
  unique(connections.flatMap(({ parts = [] }) => parts));

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

/** What says where an external server is. */
export interface AddressProps {
  /** `['global', 'database', 'host']`; its group has a `provider`. */
  readonly path: readonly string[];
  /** It is set. */
  readonly given: Value<boolean>;
  /** The provider is `external`. */
  readonly external: Value<boolean>;
  /** Default: `is the address of an external server`. */
  readonly what?: string;
  /** The server is used only if this holds. Default: always. */
  readonly test?: Value<boolean>;
}

/** An external server needs an address, and only an external one has it. */
export function requireAddress(scope: Service, { path, given, external, what, test }: AddressProps): void {
  const provider = [...path.slice(0, -1), 'provider'].join('.');
  const unused = test ? [not(test)] : [];
  scope.require(any(not(external), given, ...unused), path, `is required where ${provider} is external`);
  scope.require(
    any(external, not(given), ...unused),
    path,
    `${what ?? 'is the address of an external server'}: set ${provider} to external, or leave '${path.at(-1)!}' out`,
  );
}
