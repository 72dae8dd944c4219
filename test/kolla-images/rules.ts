import { dirname } from 'node:path';
import { nearest } from '../../lib/values/nearest';
import { recipe } from '../../tools/kolla-recipes/facts';
import { commandsOf, isMounted, isOurs, programsOf } from './containers';
import type { ContainerCase } from './containers';
import type { User } from './image';
import { PROGRAMS, withImports } from './programs';
import { MODULES } from './python';

/** What is wrong with a container, in a sentence each: what was found, what the image has, the nearest right name. */
export type ContainerRule = (of: ContainerCase) => string[];

const hint = (found: string, known: readonly string[]): string => {
  const near = nearest(found, known);
  return near === undefined || near === found ? '' : `; did you mean ${near}?`;
};
const unique = (items: readonly string[]): string[] => [...new Set(items)];
/** Of images that Kolla does not have nothing more is said than that. */
const ofImages =
  (rule: ContainerRule): ContainerRule =>
  (of) =>
    of.image.exists ? rule(of) : [];

/** The version of a distribution in Kolla's tags, where the image of the distribution calls it otherwise. */
const CODE_NAMES: { readonly [system: string]: string } = { 'ubuntu:24.04': 'noble' };

/** Programs of ours in a container, with those that they import. */
const programs = (of: ContainerCase) => withImports(programsOf(of)).map((name) => ({ name, ...PROGRAMS[name] }));

/** Commands in a container by whom they are run. A word with a hole is filled by who calls, and stands there too. */
const commands = (of: ContainerCase): { by: string; word: string }[] => [
  ...commandsOf(of).map(([word = '']) => ({ by: 'it', word })),
  ...programs(of).flatMap(({ name, runs = [] }) => runs.map((word) => ({ by: name, word }))),
];

/** A path as far as an image has to have it: no data of ours, no names that only a running program knows. */
function place(path: string): string {
  const known = path.replace(/\/?[^/]*\{.*$/, '');
  if (/^\/(usr|bin|sbin|lib|opt)\//.test(known)) return known;
  if (/^\/etc\//.test(known)) return dirname(known);
  return known
    .split('/')
    .slice(0, known.startsWith('/var/') ? 4 : 3)
    .join('/');
}

/** Paths in texts: of files, of arguments. What stands in `{{ }}` or a URL is none. */
const PATHS = /(?<![\w.:/$}@*-])\/(?:etc|usr|var|run|opt|s?bin|lib\d*|backups)\/[\w./*-]+/g;

export const containerRules: { readonly [name: string]: ContainerRule } = {
  'the image is one that Kolla builds': ({ image, facts, distro }) => {
    if (image.exists) return [];
    const names = Object.keys(facts.images).filter((name) => recipe(facts, name, distro));
    return [`Kolla ${facts.kolla} has no image ${image.name} of ${distro}${hint(image.name, names)}`];
  },
  'the tag names the distribution that Kolla builds the image from': ofImages(({ image, tag }) => {
    const version = CODE_NAMES[image.system] ?? image.system.replace(/.*:/, '');
    return tag.endsWith(`-${version}`) ? [] : [`tag ${tag}, but ${image.name} is made from ${image.system}`];
  }),
  'the user is one of the image, and the one that the image is for': ofImages(({ image, pod, isMain }) => {
    const { runAsUser, runAsGroup, fsGroup } = pod.securityContext ?? {};
    const user = image.users.find(({ uid }) => uid === runAsUser);
    const known = image.users.filter(({ name }) => image.services.includes(name));
    const has = `${image.name} is for ${known.map(described).join(', ')}`;
    if (!user) return [`it runs as ${runAsUser}, who is nobody; ${has}`];
    const groups = [runAsGroup, fsGroup].filter((group) => group !== user.gid);
    return [
      ...(isMain && !known.includes(user) ? [`it runs as ${described(user)}; ${has}`] : []),
      ...groups.map((group) => `its group is ${group}; that of ${described(user)} is ${user.gid}`),
    ];
  }),
  'each command is in the image': ofImages((of) =>
    commands(of)
      .filter(({ word }) => !word.includes('{') && of.image.binary(word) === undefined)
      .map(({ by, word }) => {
        const near = hint(word.replace(/.*\//, ''), of.image.binaries);
        return `${by} runs ${word}, which ${of.image.name} does not have in ${of.image.path.join(':')}${near}`;
      }),
  ),
  'each program of ours is meant for the image': ofImages((of) =>
    programsOf(of).flatMap((name) => {
      const program = PROGRAMS[name];
      if (!program) return [`${name} is not in the table of programs${hint(name, Object.keys(PROGRAMS))}`];
      const { images } = program;
      return !images || images.includes(of.image.name)
        ? []
        : [`${name} is for ${images.join(', ')}, not ${of.image.name}`];
    }),
  ),
  'each module that a program imports is there for the Python that runs it': ofImages((of) =>
    commandsOf(of).flatMap(([interpreter = '', ...words]) => {
      const ours = words.filter((word) => /^\/run\/kolla\/\w+\/\w+\.py$/.test(word));
      const names = withImports(ours, PROGRAMS, words);
      const asked = names.flatMap((name) => modulesOf(name, words));
      const whole = of.image.binary(interpreter) ?? interpreter;
      return asked
        .filter(({ module }) => !of.image.hasModule(module, whole))
        .map(({ by, module }) => {
          const from = MODULES[module]?.from ?? 'nothing that is in the table of modules';
          return `${by} imports ${module}, which ${from} brings, but ${whole} of ${of.image.name} has it not`;
        });
    }),
  ),
  'the WSGI application is in the image': ofImages((of) =>
    Object.entries(of.isMain ? of.files : {}).flatMap(([file, text]) => {
      const [, module] = /^module = ([\w.]+):/m.exec(text) ?? [];
      const python = of.image.binary('python3') ?? 'python3';
      if (module === undefined || of.image.hasModule(module, python)) return [];
      return [`${file} serves ${module}, which ${of.image.name} does not have${hint(module, Object.keys(MODULES))}`];
    }),
  ),
  'each path in arguments, variables and files is ours or in the image': ofImages((of) => {
    const { command = [], args = [], env = [] } = of.container;
    const texts = [
      ...command,
      ...args,
      ...env.map(({ value = '' }) => value),
      ...Object.values(of.isMain ? of.files : {}),
    ];
    const paths = unique(texts.flatMap((text) => uncommented(text).match(PATHS) ?? [])).map((path) =>
      path.replace(/\.$/, ''),
    );
    return paths
      .filter((path) => !isOurs(of, path) && !isOursByName(path) && !of.image.has(path))
      .map((path) => noPath(of, path));
  }),
  'each path in a program of ours is ours or in the image': ofImages((of) =>
    programs(of).flatMap(({ name }) => {
      const paths = unique(
        (of.sources[name]?.paths ?? []).filter((path) => !isOursByName(path) && !isOurs(of, path)).map(place),
      );
      return paths
        .filter((path) => !isOurs(of, path) && !of.image.has(path))
        .map((path) => `${name}: ${noPath(of, path)}`);
    }),
  ),
  'kolla_set_configs may run, and puts files where there are folders': ofImages((of) => {
    const { image, configJson, pod } = of;
    if (!configJson) return [];
    const user = image.users.find(({ uid }) => uid === pod.securityContext?.runAsUser)?.name ?? '';
    const owners = unique(configJson.config_files.map(({ owner }) => owner));
    const folders = unique(configJson.config_files.map(({ dest }) => dirname(dest)));
    return [
      // Root may do all that sudo lets others do.
      ...(image.members.includes(user) || user === 'root'
        ? []
        : [`${user} is no member of kolla in ${image.name}; ${image.members.join(', ')} are`]),
      ...(image.binary('sudo') === undefined ? [`${image.name} has no sudo`] : []),
      ...(image.sudo.includes('/usr/local/bin/kolla_set_configs') ? [] : ['sudo may not run kolla_set_configs']),
      ...owners.filter((owner) => owner !== user).map((owner) => `files are given to ${owner}, it runs as ${user}`),
      ...folders.filter((folder) => !isMounted(of, folder) && !image.has(folder)).map((folder) => noPath(of, folder)),
    ];
  }),
  'kolla_start runs the command as it is': ofImages(({ image, configJson, container }) => {
    const skipped = (container.env ?? []).some(({ name }) => name === 'KOLLA_SKIP_EXTEND_START');
    if (!configJson || skipped || image.addedArguments === '') return [];
    return [`kolla_extend_start of ${image.name} adds ${image.addedArguments} to ${configJson.command}`];
  }),
};

const described = ({ name, uid }: User): string => `${name} (${uid})`;

/** What our mounts and programs share is named by our own tests. */
const isOursByName = (path: string): boolean => path.startsWith('/run/kolla/');

const uncommented = (text: string): string => text.replace(/^\s*[#%].*$/gm, '');

const noPath = ({ image, distro }: ContainerCase, path: string): string =>
  `${path} is no volume of it, and ${image.name} of ${distro} has it not${hint(path, image.paths)}`;

/** Modules beside our own that a program imports, when it has these arguments. */
function modulesOf(name: string, words: readonly string[]): { by: string; module: string }[] {
  const { imports = [], later = {} } = PROGRAMS[name] ?? {};
  const late = Object.entries(later).filter(([, when]) => words.some((word) => when.test(word)));
  return [...imports, ...late.map(([module]) => module)]
    .filter((module) => !(`${module}.py` in PROGRAMS))
    .map((module) => ({ by: name, module }));
}

/** Everything that a rule finds, with the object and the container. */
export const foundBy = (rule: ContainerRule, cases: readonly ContainerCase[]): string[] =>
  cases.flatMap((of) => rule(of).map((what) => `${of.where}: ${what}`));
