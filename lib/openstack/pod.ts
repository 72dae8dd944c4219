import type { Container, PodTemplateSpec, VolumeMount } from 'kubernetes-types/core/v1';
import { ConfigFile } from '../config/config-file';
import { configVolume, prepareContainer, secretsVolume, sourceVolume } from '../kolla/prepare';
import { ContainerUser, uidOf } from '../kolla/users';
import { Privileges, hostVolumes } from '../kubernetes/host';
import { ContainerItem, PodPlacement, PodProps, VolumeItem, podSpec } from '../kubernetes/pod';
import { containerSecurity } from '../kubernetes/security';
import { digest } from '../values/named';
import { Templated, Value, When, isSet, spread, when } from '../values/value';
import { global } from './global';
import { Service } from './service';
import { join } from 'node:path';

export type MountItem = Templated<VolumeMount>;

/** What a construct such as FernetKeys adds to the pods that use it. */
export interface PodPart {
  readonly initContainers?: readonly ContainerItem[];
  readonly volumes: readonly VolumeItem[];
  readonly mounts: readonly MountItem[];
  /** Passwords that its containers read. */
  readonly secrets?: readonly string[];
  /** Programs that its containers run. */
  readonly scripts?: readonly string[];
  /** Those of them that others run by their path: they begin with `#!`. */
  readonly executables?: readonly string[];
}

/** What a host agent has of its node. */
export interface HostAccess {
  readonly privileges: Privileges;
  /**
   * Addresses of the node by the name under which config files have them: `my_ip` for `@node:my_ip@`. Each is the
   * address that an interface has, or that is in a block, as the value says; where it says nothing, the node's own.
   * `@node:name@`, the node's name, is always there.
   */
  readonly addresses?: { readonly [name: string]: Value<string> };
}

export interface ServicePodProps {
  readonly component: string;
  readonly image: Value<string>;
  readonly user: ContainerUser;
  readonly files: readonly ConfigFile[];
  /** What `kolla_start` reads, in that start mode. */
  readonly configJson?: ConfigFile;
  readonly parts?: readonly PodPart[];
  /** More passwords that the containers read. */
  readonly secrets?: readonly string[];
  /** The containers run programs of ours. */
  readonly programs?: boolean;
  readonly labels?: { readonly [label: string]: string | When<string> };
  /** The user's annotations. Without them there are none at all: the pods of a Job do not roll. */
  readonly annotations?: Value<Record<string, string>>;
  /** Facts of the pod itself, for programs to read in a file of this name. */
  readonly downward?: { readonly file: string; readonly field: string };
  readonly prepareArgs?: readonly (string | When<string>)[];
  /** What `prepare` needs to see besides files and passwords. */
  readonly prepareMounts?: readonly MountItem[];
  readonly containers: readonly ContainerItem[];
  readonly volumes?: readonly VolumeItem[];
  readonly placement: PodPlacement;
  /** What it may do with its node, and what of the node stands in its files. Default: nothing. */
  readonly host?: HostAccess;
  readonly pod?: Pick<PodProps, 'spread' | 'beside' | 'keepsData' | 'terminationGracePeriodSeconds' | 'restartPolicy'>;
}

/** Hexadecimal digits: enough to tell one content from the next. */
const CHECKSUM_LENGTH = 16;

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** The programs of `prepare`. */
const PREPARE = ['prepare.py', 'pod.py'];
/** What it needs besides on the network of a node. */
const ON_NODES = 'node.py';
/** What it needs to wait for the service's bootstrap. */
const WAITING = 'database.py';
/** All that a pod of a service with a database prepares with. */
export const PREPARE_AND_WAIT = [...PREPARE, WAITING];

/** Puts the programs of `prepare` into the chart. Called before any pod is rendered: the chart's programs are known then. */
export function addPrepare(service: Service, host?: HostAccess, programs: readonly string[] = PREPARE): void {
  const names = host ? [...programs, ON_NODES] : programs;
  for (const name of names) service.script(join(__dirname, '..', 'kolla', 'scripts', name));
}

/** The pod template of a component, a Job or an operation of a service. */
export function servicePod(service: Service, props: ServicePodProps) {
  const { component, image, user, configJson, parts = [], placement, host } = props;
  const files = configJson ? [...props.files, configJson] : props.files;
  const keys = unique([
    ...files.flatMap((file) => file.secrets),
    ...parts.flatMap(({ secrets = [] }) => secrets),
    ...(props.secrets ?? []),
  ]);
  const copies = unique(parts.flatMap(({ scripts = [] }) => scripts));
  const needsPrepare = copies.length > 0 || props.prepareArgs !== undefined || props.files.length > 0;
  const needsSource = needsPrepare || props.programs === true;
  const prepares = [...(props.prepareArgs ? PREPARE_AND_WAIT : PREPARE), ...(host ? [ON_NODES] : [])];
  const scripts = needsSource ? unique([...prepares, ...copies]) : [];
  const secrets = service.secretItems(keys);
  const prepare = prepareContainer({
    image,
    imagePullPolicy,
    files,
    copies,
    executables: parts.flatMap(({ executables = [] }) => executables),
    secrets,
    args: [...nodeArgs(host), ...(props.prepareArgs ?? [])],
    mounts: props.prepareMounts ?? [],
    ...(host && { env: nodeEnv }),
  });
  const { downward } = props;
  const source = sourceVolume({ files, programs: service.scriptsName, ...(downward && { downward }) });
  const checksums = Object.fromEntries(
    files.map(({ name, content, test }) => {
      const sum = `${digest([content], CHECKSUM_LENGTH)}`;
      return [`checksum/${name}`, test ? when(test, sum) : sum];
    }),
  );
  return {
    metadata: {
      labels: { ...service.labelsOf(component), ...props.labels },
      ...(props.annotations && {
        annotations: {
          ...checksums,
          ...(keys.length > 0 && { 'checksum/passwords': service.passwordDigest(keys) }),
          ...(scripts.length > 0 && { 'checksum/scripts': service.scriptsDigest(scripts) }),
          ...spread(props.annotations),
        },
      }),
    },
    spec: podSpec({
      uid: uidOf(user),
      placement,
      ...(host ? { host: host.privileges } : { role: global.nodeRoles.control }),
      pullSecrets: global.imagePullSecrets,
      initContainers: [...(needsPrepare ? [prepare] : []), ...parts.flatMap((p) => p.initContainers ?? [])],
      containers: props.containers,
      volumes: [
        ...(needsSource ? [source] : []),
        ...(keys.length > 0 ? [secretsVolume(service.secretName, secrets)] : []),
        ...(needsPrepare ? [configVolume] : configJson ? [kollaVolume(configJson)] : []),
        { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
        ...(host ? hostVolumes(host.privileges) : []),
        ...parts.flatMap((p) => p.volumes),
        ...(props.volumes ?? []),
      ],
      ...props.pod,
    }),
  } satisfies Templated<PodTemplateSpec>;
}

/** What `prepare` is told of the node. */
const nodeArgs = ({ addresses = {} }: Partial<HostAccess> = {}) =>
  Object.entries(addresses).map(([name, where]) => `--node=${name}=${where.or('')}`);

/** What it knows of the node without looking. */
const nodeEnv = [
  { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  { name: 'NODE_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
];

/** `config.json` alone, for a pod that needs nothing prepared. */
function kollaVolume({ configMap, name, carriedAs, test }: ConfigFile): VolumeItem {
  const volume = { name: 'config', configMap: { name: configMap, items: [{ key: name, path: carriedAs }] } };
  return test ? when(test, volume) : volume;
}

/** Mounts of a container whose files are at their destinations, one by one. */
export const fileMounts = (files: readonly ConfigFile[]) =>
  files.map(({ carriedAs, path, test }) => {
    const mount = { name: 'config', mountPath: path, subPath: carriedAs, readOnly: true };
    return test ? when(test, mount) : mount;
  });

/** Where any program may write. */
export const writableMount = { name: 'tmp', mountPath: '/tmp' };

/** The user's, if there is one. */
export const imagePullPolicy = when(isSet(global.imagePullPolicy), global.imagePullPolicy);

type HelperContainer = { readonly name: string; readonly image: Value<string>; readonly [field: string]: unknown };

/** A container of ours beside the service, or a step of a Job, with the rights that all have. */
export function helperContainer(props: HelperContainer): Templated<Container> {
  const { name, image, ...rest } = props;
  return { name, image, imagePullPolicy, ...rest, securityContext: containerSecurity };
}
