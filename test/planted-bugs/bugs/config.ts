import { Bug, plainSnapshots, tests } from '../bug';

/** Planted in config files and their holes. */
export const configBugs: readonly Bug[] = [
  {
    name: 'a password in a URL is quoted for INI',
    file: 'lib/config/holes.ts',
    find: 'reference.quoting ?? quoting',
    replace: 'quoting',
    caughtBy: plainSnapshots,
  },
  {
    name: 'a hole with a name that is never filled',
    file: 'lib/config/holes.ts',
    find: '/^[a-z0-9_]+$/',
    replace: '/^\\w+$/',
    caughtBy: tests('lib/config/text-file.test.ts'),
  },
  {
    name: 'a secret in an else stays in the file',
    file: 'lib/values/expression.ts',
    find: 'then: go(e.then), otherwise: go(e.otherwise)',
    replace: 'then: go(e.then)',
    caughtBy: tests('lib/config/text-file.test.ts'),
  },
  {
    name: 'an option loses its else',
    file: 'lib/config/ini-file.ts',
    find: 'if (value.otherwise !== undefined) return',
    replace: 'if (value.otherwise === null) return',
    caughtBy: plainSnapshots,
  },
  {
    name: 'config files are readable by everyone',
    file: 'lib/config/config-file.ts',
    find: "'0440';",
    replace: "'0444';",
    caughtBy: plainSnapshots,
  },
  {
    name: 'an option name may hold an equals sign',
    file: 'lib/config/ini-file.ts',
    find: '[A-Za-z0-9_ .:/-]*',
    replace: '[A-Za-z0-9_ .:/=-]*',
    caughtBy: tests('lib/config/ini-file.test.ts'),
  },
  {
    name: 'EJS that computes passes',
    file: 'lib/config/text-file.ts',
    find: '[\\w\\s$.,()[\\]\'"]*',
    replace: '[\\w\\s$.,()[\\]\'"!+]*',
    caughtBy: tests('lib/config/text-file.test.ts'),
  },
  {
    name: 'a file may end with two line breaks',
    file: 'lib/config/text-file.ts',
    find: ' && !/\\n\\n$/.test(String(last.value))',
    replace: '',
    caughtBy: tests('lib/config/text-file.test.ts'),
  },
];
