import { ConfigFile } from '../config/config-file';
import { containerSecurity } from '../kubernetes/security';
import { ContainerItem, VolumeItem } from '../kubernetes/pod';
import type { EnvVar, VolumeMount } from 'kubernetes-types/core/v1';
import { Templated, Value, When, any, when } from '../values/value';

/** Where `prepare` and the programs beside it find things in a pod. */
export const SOURCE = '/run/kolla/source';
export const SECRETS = '/run/kolla/secrets';
export const CONFIG = '/run/kolla/config';

/** A key of the Secret with the passwords, maybe only there if a condition holds. */
export interface SecretItem {
  readonly key: string;
  readonly test?: Value<boolean>;
}

/** What a pod starts from. */
export interface SourceProps {
  /** Config files, with holes. */
  readonly files: readonly ConfigFile[];
  /** The ConfigMap with programs. */
  readonly programs: string;
  /** Facts of the pod itself, for programs to read in a file of this name. */
  readonly downward?: { readonly file: string; readonly field: string };
}

/** Config files and programs as their ConfigMaps have them. */
export function sourceVolume({ files, programs, downward }: SourceProps): VolumeItem {
  const sources = [
    ...files.map(({ configMap, name, carriedAs, test }) => {
      const items = carriedAs === name ? {} : { items: [{ key: name, path: carriedAs }] };
      return optional(test, { configMap: { name: configMap, ...items } });
    }),
    { configMap: { name: programs } },
    ...(downward
      ? [{ downwardAPI: { items: [{ path: downward.file, fieldRef: { fieldPath: downward.field } }] } }]
      : []),
  ];
  return { name: 'source', projected: { sources } };
}

/** The passwords that a pod reads, each a file under its name. */
export function secretsVolume(secretName: string, items: readonly SecretItem[]): VolumeItem {
  const projected = items.map(({ key, test }) => optional(test, { key, path: key }));
  return whereNeeded(items, { name: 'secrets', secret: { secretName, items: projected, defaultMode: 0o440 } });
}

/** Where a container reads them. */
export const secretsMount = (items: readonly SecretItem[]) =>
  whereNeeded(items, { name: 'secrets', mountPath: SECRETS, readOnly: true });

export interface PrepareProps {
  readonly image: Value<string>;
  readonly imagePullPolicy: Value<string> | When<Value<string>>;
  readonly files: readonly ConfigFile[];
  /** Programs that go on running beside the service: they get a copy that stays as it is. */
  readonly copies: readonly string[];
  /** Those of them that are run by their path. */
  readonly executables: readonly string[];
  readonly secrets: readonly SecretItem[];
  /** More arguments: what to wait for. */
  readonly args: readonly (string | When<string>)[];
  /** What it needs for that: the certificate of whom it waits for. */
  readonly mounts: readonly Templated<VolumeMount>[];
  readonly env?: readonly Templated<EnvVar>[];
}

/**
 * The init container `prepare`: copies each file from its ConfigMap into memory, fills its holes from the Secret and
 * waits for the service's bootstrap. What a pod started with stays as it was for all of its life, also when one of
 * its containers restarts after a ConfigMap has changed.
 */
export function prepareContainer({
  image,
  imagePullPolicy,
  files,
  copies,
  executables,
  secrets,
  args,
  mounts,
  env,
}: PrepareProps): ContainerItem {
  return {
    name: 'prepare',
    image,
    imagePullPolicy,
    command: ['python3', `${SOURCE}/prepare.py`],
    args: [
      ...files.map(({ carriedAs, mode, test }) => optional(test, `--file=${carriedAs}:${mode}`)),
      ...copies.map((name) => `--file=${name}:${executables.includes(name) ? '0550' : '0440'}`),
      ...args,
    ],
    ...(env && { env }),
    resources: smallResources('64Mi', '256Mi'),
    volumeMounts: [
      { name: 'source', mountPath: SOURCE, readOnly: true },
      ...(secrets.length > 0 ? [secretsMount(secrets)] : []),
      { name: 'config', mountPath: CONFIG },
      ...mounts,
    ],
    securityContext: containerSecurity,
  };
}

/** Where `prepare` puts the files. */
export const configVolume: VolumeItem = { name: 'config', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } };

const optional = <T>(test: Value<boolean> | undefined, part: T): T | When<T> => (test ? when(test, part) : part);

/** There if any of the secrets is. */
function whereNeeded<T>(items: readonly SecretItem[], part: T): T | When<T> {
  const tests = items.flatMap(({ test }) => test ?? []);
  return tests.length < items.length ? part : when(any(...tests), part);
}

/** What a program of ours needs beside the service itself. */
export const smallResources = (memory: string, limit: string) => ({
  requests: { cpu: '10m', memory },
  limits: { memory: limit },
});
