import type { ConfigMap, Container, PodSpec } from 'kubernetes-types/core/v1';
import type { KollaDistro, KollaFacts } from '../../tools/kolla-recipes/facts';
import { containersOf, idOf, nameOf } from '../policy/rule';
import type { KubernetesObject } from '../policy/rule';
import { podTemplateOf } from '../support/pods';
import { KollaImage } from './image';
import { programOf } from './programs';
import type { Source } from './programs';

/** What containers are judged by. */
export interface Known {
  readonly facts: KollaFacts;
  readonly distro: KollaDistro;
  /** What the sources of our programs say. */
  readonly sources: { readonly [file: string]: Source };
}

/** What kolla_set_configs reads. */
export interface ConfigJson {
  readonly command: string;
  readonly config_files: readonly { readonly dest: string; readonly owner: string }[];
}

/** A container of a pod, with what there is to know of it. */
export interface ContainerCase extends Known {
  /** `Deployment/keystone-api: api` */
  readonly where: string;
  readonly container: Container;
  readonly pod: PodSpec;
  readonly image: KollaImage;
  /** The tag of the image: `2026.1-debian-trixie`. */
  readonly tag: string;
  /** It is the pod's own container: no init container, no sidecar. */
  readonly isMain: boolean;
  /** Texts of files that the pod gets, programs apart. */
  readonly files: { readonly [key: string]: string };
  /** Where the container starts with kolla_start. */
  readonly configJson: ConfigJson | undefined;
}

/** Images by their names and distributions: they are asked for again and again. */
const images = new WeakMap<KollaFacts, Map<string, KollaImage>>();

function imageOf(name: string, { facts, distro }: Known): KollaImage {
  const of = images.get(facts) ?? new Map<string, KollaImage>();
  images.set(facts, of);
  const image = of.get(`${distro} ${name}`) ?? new KollaImage(name, distro, facts);
  of.set(`${distro} ${name}`, image);
  return image;
}

/** All containers of all pods of some objects. */
export function containerCases(objects: readonly KubernetesObject[], known: Known): ContainerCase[] {
  return objects.flatMap((object) => {
    const pod = podTemplateOf(object)?.spec;
    if (!pod) return [];
    const files = filesOf(pod, objects);
    return containersOf(pod).map((container): ContainerCase => {
      const [, name = '', tag = ''] = /([^/:]+):([^/:]+)$/.exec(container.image ?? '') ?? [];
      const isMain = pod.containers[0] === container;
      const configJson = container.command?.includes('kolla_start') ? configJsonIn(files) : undefined;
      return {
        ...known,
        where: `${idOf(object)}: ${container.name}`,
        container,
        pod,
        image: imageOf(name, known),
        tag,
        isMain,
        files,
        configJson,
      };
    });
  });
}

function filesOf(pod: PodSpec, objects: readonly KubernetesObject[]): Record<string, string> {
  const names = (pod.volumes ?? []).flatMap(({ configMap, projected }) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  const maps = objects.filter((object) => object.kind === 'ConfigMap' && names.includes(nameOf(object)));
  const entries = maps.flatMap((map) => Object.entries((map as ConfigMap).data ?? {}));
  return Object.fromEntries(entries.filter(([key]) => !key.endsWith('.py')));
}

function configJsonIn(files: { readonly [key: string]: string }): ConfigJson | undefined {
  const text = Object.values(files).find((one) => one.startsWith('{\n  "command": '));
  return text === undefined ? undefined : (JSON.parse(text) as ConfigJson);
}

/** Each command that a container runs, in words: its own, those of its probes, those that bootstrap.py is given. */
export function commandsOf({ container, configJson }: ContainerCase): string[][] {
  const { command = [], args = [], lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const actions = [livenessProbe, readinessProbe, startupProbe, lifecycle?.preStop, lifecycle?.postStart];
  const lines = args.flatMap((arg) => /^--(?:run|install|upgrade)=(.*)/.exec(arg)?.[1] ?? []);
  const behind = command.indexOf('--') + 1;
  return [
    [...command, ...args],
    ...(command[0] === 'dumb-init' && behind > 0 ? [command.slice(behind)] : []),
    ...(configJson ? [configJson.command.split(' ')] : []),
    ...actions.flatMap((action) => (action?.exec?.command ? [action.exec.command] : [])),
    ...lines.map((line) => line.split(' ')),
  ]
    .filter((words) => words.length > 0)
    .flatMap((words) => [words, ...inShell(words)]);
}

/** What a shell does itself. */
const OF_SHELL = new Set(['done', '[']);

/** The commands in a script that a shell is given: `sh -c 'A=b one && two | three; while four; do five; done'`. */
function inShell([shell = '', ...words]: readonly string[]): string[][] {
  const script = words[words.indexOf('-c') + 1];
  if (!/(^|\/)(ba|da)?sh$/.test(shell) || !words.includes('-c') || script === undefined) return [];
  return script
    .split(/&&|[|;&\n]+/)
    .map((command) => command.split(/\s+/).filter((word) => word !== '' && !/^\w+=/.test(word)))
    .map((command) => (/^(while|do)$/.test(command[0] ?? '') ? command.slice(1) : command))
    .filter(([command]) => command !== undefined && !OF_SHELL.has(command));
}

/** Programs of ours that a container is told to run: `member.py`. */
export const programsOf = (of: ContainerCase): string[] => [
  ...new Set(
    commandsOf(of).flatMap((words) => [
      ...words.flatMap((word) => /^\/run\/kolla\/\w+\/(\w+\.py)$/.exec(word)?.[1] ?? []),
      ...(words[1] === '-c' && words[0] === 'python3' ? [programOf(words[2] ?? '') ?? 'a program of nobody'] : []),
    ]),
  ),
];

/** Whether a path is in a volume. */
export const isMounted = ({ container }: Pick<ContainerCase, 'container'>, path: string): boolean =>
  (container.volumeMounts ?? []).some(({ mountPath }) => isIn(path, mountPath));

/** Whether a path is something of ours, or a folder of such: in a volume, or put there by kolla_set_configs. */
export const isOurs = ({ container, configJson }: ContainerCase, path: string): boolean =>
  [
    ...(container.volumeMounts ?? []).map(({ mountPath }) => mountPath),
    ...(configJson?.config_files ?? []).map(({ dest }) => dest),
  ].some((place) => isIn(path, place) || isIn(place, path));

const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
