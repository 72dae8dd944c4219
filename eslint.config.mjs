import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/**
 * The rooms, and which others each may use; what is not here is an error. Arrows go one way: services → openstack →
 * kolla → kubernetes, config → values. `render` and `package` see trees and values, never what made them, and `cloud`
 * is handed its services: so a new service needs no change to `lib`.
 */
const ROOMS = {
  'lib/values': [],
  'lib/render/plain': ['lib/values'],
  'lib/render/helm': ['lib/values', 'lib/render/plain'],
  data: [],
  'lib/config': ['lib/values', 'data'],
  'lib/kubernetes': ['lib/values'],
  'lib/kolla': ['lib/values', 'lib/config', 'lib/kubernetes'],
  'lib/openstack': ['lib/values', 'lib/config', 'lib/kubernetes', 'lib/kolla'],
  'lib/package': ['lib/values', 'lib/render/helm'],
  'lib/diff': ['lib/values'],
  'lib/gitops': ['lib/values'],
  'lib/cloud': ['lib/*', 'lib/render/*'],
  // Not one another: a handle of another chart's values could not be rendered.
  'services/*': ['lib/values', 'lib/config', 'lib/kubernetes', 'lib/kolla', 'lib/openstack'],
  cli: ['lib/*', 'lib/render/*'],
  tools: ['lib/config', 'lib/cloud'],
  test: ['lib/*', 'lib/render/*', 'services/*', 'cli', 'tools', 'data'],
};

/** Files that stand for themselves. */
const FILES = {
  entry: ['main.ts', 'index.ts'],
  catalogue: ['services/index.ts'],
  version: ['lib/version.ts'],
  test: ['**/*.test.ts'],
};

const inRoom = (...types) => ({ element: { types: { anyOf: types } } });
const ofKind = (...categories) => ({ file: { categories: { anyOf: categories } } });

const policies = [
  ...Object.entries(ROOMS).map(([type, others]) => ({ from: inRoom(type), allow: { to: inRoom(...others) } })),
  { from: inRoom('lib/*'), allow: { to: ofKind('version') } },
  { from: inRoom('cli', 'test'), allow: { to: ofKind('catalogue', 'version') } },
  { from: ofKind('catalogue'), allow: { to: inRoom('services/*', 'lib/kubernetes') } },
  { from: ofKind('entry'), allow: { to: [inRoom('lib/*', 'services/*', 'cli'), ofKind('catalogue', 'version')] } },
  { from: ofKind('test'), allow: { to: [inRoom('**'), ofKind('entry', 'catalogue', 'version')] } },
  { disallow: { to: ofKind('test') } },
];

/** The layering rule alone, for `test/layering.test.ts`. */
export const layering = [
  {
    files: ['**/*.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.d.ts'] } },
      'boundaries/elements': Object.keys(ROOMS).map((type) => ({ type, pattern: type, partialMatch: false })),
      'boundaries/files': Object.entries(FILES).map(([category, pattern]) => ({ category, pattern })),
      'boundaries/dependency-nodes': ['import', 'export'],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies,
          message: '{{from.file.path}} may not use {{to.file.path}}: see docs/architecture.md',
        },
      ],
      'boundaries/no-unknown-files': 'error',
      'boundaries/no-unknown-dependencies': 'error',
    },
  },
  {
    files: ['lib/**/*.ts', 'services/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      // The commands load late what not every command needs; there, the rule above would not see it.
      'no-restricted-syntax': ['error', { selector: 'ImportExpression', message: 'Import at the top of the file.' }],
    },
  },
];

/** Nothing stays unused, but for what is taken out of an object to leave the rest. */
const unused = { argsIgnorePattern: '^_+$', varsIgnorePattern: '^_+$', ignoreRestSiblings: true };

export default tseslint.config(
  { ignores: ['node_modules/', 'build/', '.cache/', 'charts-out/', 'reference-out/', 'data/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A handle is an object: `if (values.debug)`, `values.debug ? a : b`, `values.debug && a` always hold. Use `when`.
      '@typescript-eslint/no-unnecessary-condition': 'error',
      // The same for `!values.debug`; all that may really be false is allowed.
      '@typescript-eslint/strict-boolean-expressions': [
        'error',
        {
          allowAny: true,
          allowNullableBoolean: true,
          allowNullableEnum: true,
          allowNullableNumber: true,
          allowNullableString: true,
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', unused],
      // A handle in a text leaves its token there, which is what it is for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        {
          allowNumber: true,
          allowBoolean: true,
          allow: [{ from: 'file', path: 'lib/values/value.ts', name: ['Value', 'When', 'Each'] }],
        },
      ],
      // `() => call()` and, in a switch over node kinds, `return call()` are how visitors read best.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // With noUncheckedIndexedAccess each index may be undefined; `!` says where the line before knows better.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Values files are maps of any keys.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Never ends on a type that holds itself, such as Templated<PodSpec> (typescript-eslint 8.73).
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // Tests look into YAML and JSON, and `expect` says what it is.
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  ...layering,
);
