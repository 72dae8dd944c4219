import fc from 'fast-check';
import { FileTable, fileTable, packageOptions } from '../../lib/config/oslo/table';
import { projectsPython } from '../../tools/oslo-options/all-projects';
import { REGISTERED, WRITTEN } from '../../tools/oslo-options/declared';
import { PROJECTS, Release } from '../../tools/oslo-options/projects';
import { NamedOption, named, namedOptions, namesLike, ownSections } from './names';
import {
  ANY_VALUE,
  File,
  Name,
  Setting,
  ToldOption,
  compare,
  compareNames,
  sum,
  textOf,
  verdicts,
} from './oslo-config';
import { settingsOf } from './settings';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 2000);

/** Random settings and names of one file. */
interface Cases {
  readonly table: FileTable;
  readonly settings: readonly Setting[];
  readonly names: readonly Name[];
}

function casesOf(release: Release, project: string): Cases[] {
  const { files = {}, named: sections = [] } = packageOptions(release, project);
  const many = { seed, numRuns: Math.ceil(runs / Object.keys(files).length) };
  return Object.keys(files).map((file) => {
    const table = fileTable(release, project, file);
    const options = namedOptions(table, Object.keys(ownSections(sections)));
    return { table, settings: fc.sample(settingOf(options), many), names: fc.sample(namesLike(options), many) };
  });
}

const settingOf = (options: readonly NamedOption[]): fc.Arbitrary<Setting> =>
  fc.constantFrom(...options).chain((of) => settingsOf(of.option).map((value): Setting => ({ ...of, value })));

/** The generator's own: options come from the packages that are installed, not from our table. */
function fileFor(release: Release, project: string, { table, settings, names }: Cases): File {
  const { files = {}, more = [], authentication = [], named: sections = [] } = packageOptions(release, project);
  const others = more.filter((of) => of.file === table.file).flatMap(({ namespaces }) => namespaces);
  return {
    namespaces: [...files[table.file]!, ...others],
    authentication: Object.keys(table.sections).filter(
      (name) => authentication.includes(name) || Object.hasOwn(table.sections[name]!, 'auth_section'),
    ),
    options: written(project),
    alike: ownSections(sections),
    texts: [...settings.map((of) => textOf(of, of.value)), ...names.map((of) => textOf(of, ANY_VALUE))],
  };
}

/** Options that are registered too deep in the code to ask it for them. */
const written = (project: string): ToldOption[] =>
  Object.entries(WRITTEN[project] ?? {}).flatMap(([section, options]) =>
    Object.entries(options).map(([name, option]) => ({ ...option, section, name: named(name) })),
  );

/** Tests all projects of a release. Each release has a file, so that they run side by side. */
export function judgeProjects(release: Release): void {
  const projects = Object.keys(PROJECTS).filter((name) => PROJECTS[name]!.versions[release] !== undefined);
  describe(`the options of OpenStack ${release}, as oslo.config takes them`, () => {
    it.each(projects)(
      `judges ${runs} random settings and ${runs} names of %s alike, but for the differences that are listed (SEED=${seed} RUNS=${runs})`,
      (project) => {
        const cases = casesOf(release, project);
        const theirs = verdicts(projectsPython(release), {
          package: PROJECTS[project]!.package,
          registered: REGISTERED[project] ?? {},
          files: cases.map((of) => fileFor(release, project, of)),
        });
        const compared = cases.map(({ table, settings, names }, i) => ({
          settings: compare(table, settings, theirs[i]!.slice(0, settings.length)),
          names: compareNames(table, names, theirs[i]!.slice(settings.length)),
        }));
        const { unexplained, ...ofSettings } = sum(compared.map((of) => of.settings));
        const { unexplained: unexplainedNames, ...ofNames } = sum(compared.map((of) => of.names));
        console.log(`${project} ${release}`, JSON.stringify({ settings: ofSettings, names: ofNames }, null, 1));
        expect([...unexplained, ...unexplainedNames]).toEqual([]);
      },
    );
  });
}
