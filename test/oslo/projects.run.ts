import fc from 'fast-check';
import { fileTable, packageOptions } from '../../lib/config/oslo/table';
import { namesOf } from '../../lib/config/oslo/names';
import { OpenStackRelease, openstackPython } from '../../tools/openstack-python';
import { Setting, compare, verdicts } from './oslo-config';
import { settingsOf } from './settings';

const RELEASES: readonly OpenStackRelease[] = ['2025.1', '2026.1'];
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 2000);

/** The generator's own: options come from the packages that are installed, not from our table. */
const registered = (release: string, project: string, file: string) => {
  const { files = {}, more = [], authentication = [] } = packageOptions(release, project);
  const others = more.filter((of) => of.file === file).flatMap(({ namespaces }) => namespaces);
  return { namespaces: [...(files[file] ?? []), ...others], authentication };
};

/** Random settings of options of a file, by the names of now and of old. */
function settings(release: string, project: string, file: string): Setting[] {
  const all = [...namesOf(fileTable(release, project, file)).sections].flatMap(([section, { options }]) =>
    [...options].map(([name, meaning]) => ({ section, name, ...meaning })),
  );
  const setting = fc
    .constantFrom(...all)
    .chain((named) => settingsOf(named.option).map((value): Setting => ({ ...named, value })));
  return fc.sample(setting, { seed, numRuns: runs });
}

describe.each(RELEASES)('the options of OpenStack %s, as oslo.config takes them', (release) => {
  it.each([['keystone', 'keystone.conf']])(
    `judges ${runs} random settings of %s alike, but for the differences that are listed (SEED=${seed} RUNS=${runs})`,
    (project, file) => {
      const cases = settings(release, project, file);
      const theirs = verdicts(openstackPython(release), registered(release, project, file), cases);
      const { unexplained, ...counts } = compare(cases, theirs);
      console.log(`${project} ${release}`, JSON.stringify(counts, null, 1));
      expect(unexplained).toEqual([]);
    },
  );
});
