import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AuthenticationPlugins, Options, PackageOptions, Sections } from '../../lib/config/oslo/table';
import type { PolicyRules } from '../../lib/config/policy/table';
import { optionsFile, policyFile } from './data';
import { AUTHENTICATION, MORE, NAMED, REGISTERED, WRITTEN } from './declared';
import { Environment } from './environment';
import { GENERATORS, RELEASE_NOTES, filesOf, releaseOf } from './generators';
import { MACHINES, common } from './machines';
import { OPTIONS, PLUGINS, RULES, print } from './print';
import type { Layout } from './print';
import { KEYSTONEAUTH, PLUGINS_PACKAGE, PROJECTS } from './projects';
import type { Project, Release } from './projects';

/** What `options.py` answers. */
interface Answer {
  readonly namespaces: { readonly [name: string]: { readonly package: string; readonly sections: Sections } };
  readonly policies: PolicyRules['rules'];
  readonly plugins: { readonly [plugin: string]: Options };
  readonly unlisted: { readonly [section: string]: Options };
  readonly authentication: { readonly [file: string]: readonly string[] };
  readonly failed: { readonly [file: string]: string };
  readonly registered: { readonly [section: string]: Options };
  readonly versions: { readonly [name: string]: string };
}

/**
 * Writes the files of a release's projects in `data/oslo` and `data/policy`, and of the libraries that they use, from
 * the newest versions of its series on PyPI.
 *
 * @param names of projects in `PROJECTS`
 * @param log told what is made, and what could not be had
 * @throws Error where a project can't be installed, where its sources are of another release, or where a declaration
 * is missing
 */
export function make(release: Release, names: readonly string[], log: (line: string) => void): void {
  const environment = new Environment(release);
  const libraries = new Map<string, PackageOptions>();
  const failed: string[] = [];
  for (const name of names) {
    const { versions, missing } = PROJECTS[name]!;
    if (versions[release] === undefined) {
      log(`${name}: ${missing?.[release] ?? 'not part of it'}`);
      continue;
    }
    try {
      makeProject(release, name, environment, libraries, log);
    } catch (error) {
      // The others take minutes and don't depend on this one.
      log(`${name}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
      failed.push(name);
    }
  }
  write(optionsFile(release, KEYSTONEAUTH), makePlugins(environment), PLUGINS);
  if (failed.length > 0) throw new Error(`not made: ${failed.join(', ')}`);
  environment.remove();
}

function makeProject(
  release: Release,
  name: string,
  environment: Environment,
  // Those that are made by now.
  libraries: Map<string, PackageOptions>,
  log: (line: string) => void,
): void {
  const project = PROJECTS[name]!;
  environment.install(`${project.package}==${project.versions[release]}`, ...(project.with ?? []));
  const version = environment.version(project.package);
  const files = configurationFiles(environment, name, version, release);
  const more = (MORE[name] ?? []).flatMap(({ namespaces }) => namespaces);
  const asked = ask(environment, {
    namespaces: [...new Set([...Object.values(files).flat(), ...more])],
    package: project.package,
    registered: REGISTERED[name] ?? {},
  });
  for (const [file, error] of Object.entries(asked.failed)) log(`${name}: ${file} can't be imported: ${error}`);
  for (const { package: library } of Object.values(asked.namespaces)) {
    if (library !== project.package && !libraries.has(library)) {
      libraries.set(library, makeLibrary(environment, library));
      write(optionsFile(release, library), libraries.get(library)!, OPTIONS);
    }
  }
  const options = optionsOf(name, project, files, asked, libraries);
  write(optionsFile(release, name), options, OPTIONS);
  const rules = Object.keys(asked.policies).length;
  if (rules > 0) write(policyFile(release, name), rulesOf(project, asked), RULES);
  const own = Object.values(options.namespaces).flatMap((sections) => Object.values(sections));
  const count = own.reduce((sum, section) => sum + Object.keys(section.options).length, 0);
  log(`${name} ${version}: ${count} options in its file, ${rules} rules`);
}

function configurationFiles(
  environment: Environment,
  name: string,
  version: string,
  release: Release,
): { [file: string]: string[] } {
  const project = PROJECTS[name]!;
  if (project.generators) return filesOf(environment.installed(project.generators), `${name}.conf`);
  const notes = environment.sources(project, version, RELEASE_NOTES);
  const of = releaseOf([...notes.keys()]);
  if (of !== release) throw new Error(`${name} ${version} is of ${of}, not of ${release}`);
  return filesOf(environment.sources(project, version, GENERATORS), `${name}.conf`);
}

/** The same question on two machines. */
function ask(environment: Environment, request: object): Answer {
  const [one, other] = MACHINES.map((machine, seed) =>
    environment.ask({ namespaces: [], plugins: false, registered: {}, ...request, machine }, seed),
  );
  return common(one, other) as Answer;
}

function optionsOf(
  name: string,
  project: Project,
  files: { readonly [file: string]: readonly string[] },
  asked: Answer,
  libraries: ReadonlyMap<string, PackageOptions>,
): PackageOptions {
  const namespaces = Object.entries(asked.namespaces).flatMap(([namespace, { package: of, sections }]) => {
    const changed = of === project.package ? sections : changes(sections, libraries.get(of)!.namespaces[namespace]!);
    return Object.keys(changed).length > 0 ? [[namespace, changed] as const] : [];
  });
  // What the generator passes over: no package brings it.
  const there = (namespace: string) => namespace in asked.namespaces;
  return {
    package: project.package,
    versions: sorted(asked.versions),
    files: Object.fromEntries(Object.entries(files).map(([file, of]) => [file, of.filter(there)])),
    ...filled('authentication', authenticationOf(project.package, asked)),
    ...filled('more', MORE[name] ?? []),
    ...filled('named', NAMED[name] ?? []),
    namespaces: Object.fromEntries(namespaces),
    ...filled('unlisted', unlisted(asked.unlisted, asked.registered, WRITTEN[name] ?? {})),
  };
}

/** A library as it is where no project changes its defaults. */
function makeLibrary(environment: Environment, name: string): PackageOptions {
  const asked = ask(environment, { package: name });
  const namespaces = Object.entries(asked.namespaces).map(
    ([namespace, { sections }]) => [namespace, sections] as const,
  );
  return {
    package: name,
    versions: sorted(asked.versions),
    ...filled('authentication', authenticationOf(name, asked)),
    namespaces: Object.fromEntries(namespaces),
  };
}

function makePlugins(environment: Environment): AuthenticationPlugins {
  environment.install(PLUGINS_PACKAGE);
  const asked = ask(environment, { package: KEYSTONEAUTH, plugins: true });
  const { '': common = {}, ...plugins } = asked.plugins;
  return { package: KEYSTONEAUTH, versions: sorted(asked.versions), common, plugins };
}

const rulesOf = ({ package: of }: Project, { versions, policies }: Answer): PolicyRules => ({
  package: of,
  versions: { [of]: versions[of]!, 'oslo.policy': versions['oslo.policy']! },
  rules: policies,
});

/** The options that differ from those of a library. */
function changes(sections: Sections, library: Sections): Sections {
  const changed = Object.entries(sections).map(([name, { options }]) => {
    const entries = Object.entries(options).filter(
      ([key, option]) => !isDeepStrictEqual(option, library[name]?.options[key]),
    );
    return [name, { options: Object.fromEntries(entries) }] as const;
  });
  return Object.fromEntries(changed.filter(([, { options }]) => Object.keys(options).length > 0));
}

/** @throws Error where a file takes such options and neither tells nor is declared */
function authenticationOf(name: string, { authentication }: Answer): string[] {
  const declared = AUTHENTICATION[name] ?? {};
  const found = Object.entries(authentication).flatMap(([file, sections]) => {
    const all = [...sections, ...(declared[file] ?? [])];
    if (all.length === 0) {
      throw new Error(`${name}: which sections take keystoneauth's options in ${file}? Say so in declared.ts`);
    }
    return all;
  });
  return [...new Set(found)].sort();
}

function unlisted(...all: readonly { readonly [section: string]: Options }[]): Sections {
  const found: { [section: string]: { options: Options } } = {};
  for (const [name, options] of all.flatMap((of) => Object.entries(of))) {
    found[name] = { options: { ...found[name]?.options, ...options } };
  }
  return found;
}

const filled = <Key extends string, Value extends object>(key: Key, value: Value): { [key in Key]?: Value } =>
  Object.keys(value).length > 0 ? ({ [key]: value } as { [key in Key]: Value }) : {};

const sorted = <T>(of: { readonly [key: string]: T }): { [key: string]: T } =>
  Object.fromEntries(Object.entries(of).sort(([one], [other]) => (one < other ? -1 : 1)));

function write(file: string, value: object, layout: Layout): void {
  const text = `${print(value, layout)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
