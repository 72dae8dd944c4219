import { Bug, equality, tests } from '../bug';

const archive = tests('lib/package/archive.test.ts');
const repository = tests('lib/package/repository.test.ts');

/** Planted in charts, packages and the index of the repository. */
export const packageBugs: readonly Bug[] = [
  {
    name: 'gzip tells the time',
    file: 'lib/package/archive.ts',
    find: 'mtime: 0 }',
    replace: 'mtime: Date.now() }',
    caughtBy: archive,
  },
  {
    name: 'tar tells the time',
    file: 'lib/package/archive.ts',
    find: 'const modified = 315532800;',
    replace: 'const modified = Math.floor(Date.now() / 1000);',
    caughtBy: archive,
  },
  {
    name: 'a large file stands between what is alike',
    file: 'lib/package/archive.ts',
    find: '>= LARGE) return 3;',
    replace: '>= LARGE) return 2;',
    caughtBy: archive,
  },
  {
    name: 'a package has its files in the order of the map',
    file: 'lib/package/archive.ts',
    find: '[...files.keys()].sort(inOrder(files))',
    replace: '[...files.keys()]',
    caughtBy: archive,
  },
  {
    name: 'files of a package are readable by their owner only',
    file: 'lib/package/archive.ts',
    find: 'octal(100, 7, 0o644)',
    replace: 'octal(100, 7, 0o600)',
    caughtBy: archive,
  },
  {
    name: 'a path of 100 characters is split one too late',
    file: 'lib/package/archive.ts',
    find: 'path.length - 101',
    replace: 'path.length - 102',
    caughtBy: archive,
  },
  {
    name: 'the index has the digest of something else',
    file: 'lib/package/repository.ts',
    find: '.update(bytes)',
    replace: '.update(url)',
    caughtBy: repository,
  },
  {
    name: 'beta.11 comes before beta.2',
    file: 'lib/package/repository.ts',
    find: 'return Number(a) - Number(b);',
    replace: 'return byText(a, b);',
    caughtBy: repository,
  },
  {
    name: 'a pre-release comes after its release',
    file: 'lib/package/repository.ts',
    find: 'return b.length - a.length;',
    replace: 'return a.length - b.length;',
    caughtBy: repository,
  },
  {
    name: 'a subchart cannot be switched off',
    file: 'lib/package/chart.ts',
    find: 'condition: `${service}.enabled`,',
    replace: '',
    caughtBy: equality('openstack', 'accepted'),
  },
  {
    name: 'values.yaml lacks a default',
    file: 'lib/package/values-yaml.ts',
    find: 'annotate(document.contents, model.jsonSchema);',
    replace: "annotate(document.contents, model.jsonSchema);\n  document.deleteIn(['global', 'memcached', 'port']);",
    caughtBy: equality('memcached', 'accepted'),
  },
];
