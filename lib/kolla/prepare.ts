import type { Volume } from 'kubernetes-types/core/v1';
import { ConfigFile } from '../config/config-file';
import { containerSecurity } from '../kubernetes/security';
import { ContainerItem, VolumeItem } from '../kubernetes/pod';
import { Templated, Value, When, any, when } from '../values/value';

/** Where `prepare` and the programs beside it find things in a pod. */
export const SOURCE = '/run/kolla/source';
export const SECRETS = '/run/kolla/secrets';
export const CONFIG = '/run/kolla/config';

/** A ConfigMap with programs that run in pods. */
export interface ScriptsSource {
  readonly configMap: string;
  readonly names: readonly string[];
}

/** A key of the Secret with the passwords, maybe only there if a condition holds. */
export interface SecretItem {
  readonly key: string;
  readonly test?: Value<boolean>;
}

export interface PreparedPodProps {
  readonly image: Value<string>;
  readonly imagePullPolicy: Value<string>;
  readonly files: readonly ConfigFile[];
  readonly scripts: ScriptsSource;
  /** Programs that go on running beside the service: they get a copy that stays as it is. */
  readonly copies?: readonly string[];
  /** The Secret with the passwords, and those of its keys that the pod needs. */
  readonly secret: { readonly name: string; readonly items: readonly SecretItem[] };
  /** Facts of the pod itself, for programs to read in a file of this name. */
  readonly downward?: { readonly file: string; readonly field: string };
  /** More arguments: what to wait for. */
  readonly args?: readonly (string | When<string>)[];
}

/** What a pod needs for its files to be filled with secrets before anything else starts. */
export interface PreparedPod {
  readonly initContainer: ContainerItem;
  readonly volumes: readonly VolumeItem[];
}

/**
 * The init container `prepare`: copies each file from its ConfigMap into memory, fills its holes from the Secret and
 * waits for the service's bootstrap. What a pod started with stays as it was for all of its life, also when one of
 * its containers restarts after a ConfigMap has changed.
 */
export function preparedPod(props: PreparedPodProps): PreparedPod {
  const { image, imagePullPolicy, files, scripts, copies = [], secret } = props;
  const optional = <T>(test: Value<boolean> | undefined, value: T): T | When<T> => (test ? when(test, value) : value);
  const source = {
    sources: [
      ...files.map(({ configMap, name, carriedAs, test }) =>
        optional(test, { configMap: { name: configMap, items: [{ key: name, path: carriedAs }] } }),
      ),
      { configMap: { name: scripts.configMap, items: scripts.names.map((name) => ({ key: name, path: name })) } },
      ...(props.downward
        ? [{ downwardAPI: { items: [{ path: props.downward.file, fieldRef: { fieldPath: props.downward.field } }] } }]
        : []),
    ],
  };
  const { items } = secret;
  const always = items.some(({ test }) => !test);
  const needed = any(...items.flatMap(({ test }) => test ?? []));
  const withSecrets = <T>(value: T): (T | When<T>)[] => {
    if (items.length === 0) return [];
    return [always ? value : when(needed, value)];
  };
  const volumes: VolumeItem[] = [
    { name: 'source', projected: source },
    ...(withSecrets(secretVolume(secret)) as VolumeItem[]),
    { name: 'config', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
  ];
  const container = {
    name: 'prepare',
    image,
    imagePullPolicy,
    command: ['python3', `${SOURCE}/prepare.py`],
    args: [
      ...files.map(({ carriedAs, mode, test }) => optional(test, `--file=${carriedAs}:${mode}`)),
      ...copies.map((name) => `--file=${name}:0440`),
      ...(props.args ?? []),
    ],
    resources: smallResources('64Mi', '256Mi'),
    volumeMounts: [
      { name: 'source', mountPath: SOURCE, readOnly: true },
      ...withSecrets({ name: 'secrets', mountPath: SECRETS, readOnly: true }),
      { name: 'config', mountPath: CONFIG },
    ],
    securityContext: containerSecurity,
  };
  return { initContainer: container, volumes };
}

function secretVolume({ name, items }: PreparedPodProps['secret']): Templated<Volume> {
  const projected = items.map(({ key, test }) => (test ? when(test, { key, path: key }) : { key, path: key }));
  return { name: 'secrets', secret: { secretName: name, items: projected, defaultMode: 0o440 } };
}

/** What a program of ours needs beside the service itself. */
export const smallResources = (memory: string, limit: string) => ({
  requests: { cpu: '10m', memory },
  limits: { memory: limit },
});
