import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { constraints } from '../../tools/openstack-python';
import type { OpenStackRelease } from '../../tools/openstack-python';
import { MODULES, SCRIPTS } from './python';

/**
 * The tables of modules and commands say what distributions of Python bring, in the versions of each release: read in
 * their wheels. uWSGI is no wheel, and its only command has its name.
 */
const WHEELS: { readonly [release in OpenStackRelease]: readonly string[] } = {
  '2025.1': ['keystone~=27.0', 'glance~=30.0', 'neutron~=26.0', 'nova~=31.0', 'openstack-placement~=13.0'],
  '2026.1': ['keystone~=29.0', 'glance~=32.0', 'neutron~=28.0', 'nova~=33.0', 'openstack-placement~=15.0'],
};
/** Folders of sources whose distribution is called otherwise. */
const IN_PYPI: { readonly [folder: string]: string } = { placement: 'openstack-placement' };
const OTHERS = ['boto3', 'botocore', 'eventlet', 'glance_store', 'keystoneauth1', 'pymysql'];

/** What the wheels in a folder hold, by the name of their distribution. */
const READ = `
import configparser, email, json, pathlib, sys, zipfile
found = {}
for path in pathlib.Path(sys.argv[1]).glob('*.whl'):
    wheel = zipfile.ZipFile(path)
    names = wheel.namelist()
    info = next(name.split('/')[0] for name in names if '.dist-info/' in name)
    text = lambda name: wheel.read(f'{info}/{name}').decode() if f'{info}/{name}' in names else ''
    points = configparser.ConfigParser(delimiters=('=',), strict=False)
    points.read_string(text('entry_points.txt'))
    metadata = email.message_from_string(text('METADATA'))
    found[metadata['Name'].lower().replace('_', '-')] = {
        'scripts': list(points['console_scripts']) if points.has_section('console_scripts') else [],
        'requires': metadata.get_all('Requires-Dist') or [],
        'modules': [name.removesuffix('.py').removesuffix('/__init__').replace('/', '.') for name in names]}
print(json.dumps(found))
`;

interface Wheel {
  readonly scripts: readonly string[];
  readonly requires: readonly string[];
  readonly modules: readonly string[];
}

function wheelsOf(release: OpenStackRelease): { readonly [name: string]: Wheel } {
  const folder = join(__dirname, '..', '..', '.cache', 'kolla', `wheels-${release}`);
  mkdirSync(folder, { recursive: true });
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder];
  execFileSync('python3', [...pip, '--constraint', constraints(release), ...OTHERS, ...WHEELS[release]], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return JSON.parse(execFileSync('python3', ['-c', READ, folder], { encoding: 'utf8' })) as { [name: string]: Wheel };
}

describe.each(Object.keys(WHEELS) as OpenStackRelease[])('OpenStack %s:', (release) => {
  let wheels: { readonly [name: string]: Wheel };
  beforeAll(() => (wheels = wheelsOf(release)), 300_000);

  /** The distribution of a word of pip's, or what its extra brings. */
  const broughtBy = (from: string, module: string): Wheel | undefined => {
    const [, name = '', extra] = /^\/?([^[]+)(?:\[(.*)\])?$/.exec(from) ?? [];
    const wheel = wheels[IN_PYPI[name] ?? name.toLowerCase().replace(/_/g, '-')];
    if (extra === undefined) return wheel;
    const required = (of: Wheel | undefined, what: string) => (of?.requires ?? []).some((one) => one.startsWith(what));
    const marker = new RegExp(`^boto3.*extra == ['"]${extra}['"]`);
    const brings = (wheel?.requires ?? []).some((one) => marker.test(one));
    return brings && (module === 'boto3' || required(wheels['boto3'], module)) ? wheels[module] : undefined;
  };

  test.each(Object.entries(MODULES))('the module %s', (module, { from }) => {
    expect(broughtBy(from, module)?.modules).toContain(module);
  });

  test.each(Object.entries(SCRIPTS).filter(([name]) => name !== 'uwsgi'))('the command %s', (script, { from }) => {
    expect(broughtBy(from, script)?.scripts).toContain(script);
  });
});
