import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A file that there might be, and what it would say. */
interface Planted {
  readonly file: string;
  readonly text: string;
}

/**
 * The rules that ESLint finds broken in each planted file. It runs in a process of its own, for its configuration is
 * an ES module.
 */
function lint(planted: readonly Planted[], config: 'layering' | 'default'): string[][] {
  const program = `
    import { ESLint } from 'eslint';
    import tseslint from 'typescript-eslint';
    import all, { layering } from './eslint.config.mjs';
    const parser = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } };
    const overrideConfig = process.argv[1] === 'layering' ? [parser, ...layering] : all;
    const eslint = new ESLint({ overrideConfigFile: true, overrideConfig });
    const planted = JSON.parse(process.argv[2]);
    const found = planted.map(async ({ file, text }) => {
      const [result] = await eslint.lintText(text, { filePath: file });
      return result.messages.map(({ ruleId, message }) => ruleId ?? message);
    });
    console.log(JSON.stringify(await Promise.all(found)));
  `;
  const args = ['--input-type=module', '--eval', program, config, JSON.stringify(planted)];
  const output = execFileSync(process.execPath, args, { cwd: join(__dirname, '..'), encoding: 'utf8' });
  return JSON.parse(output) as string[][];
}

/** Arrows that the rule refuses: a file, and what it would import. */
const FORBIDDEN: readonly [file: string, from: string][] = [
  ['lib/values/planted.ts', '../render/plain'],
  ['lib/values/planted.ts', '../kubernetes'],
  ['lib/values/planted.ts', '../config'],
  ['lib/render/plain/planted.ts', '../helm'],
  ['lib/render/plain/planted.ts', '../../config'],
  ['lib/render/helm/planted.ts', '../../kubernetes'],
  ['lib/render/helm/planted.ts', '../../package'],
  ['lib/config/planted.ts', '../kolla'],
  ['lib/config/planted.ts', '../openstack'],
  ['lib/config/planted.ts', '../kubernetes'],
  ['lib/kubernetes/planted.ts', '../kolla'],
  ['lib/kubernetes/planted.ts', '../openstack'],
  ['lib/kubernetes/planted.ts', '../config'],
  ['lib/kubernetes/planted.ts', '../cloud'],
  ['lib/kolla/planted.ts', '../openstack'],
  ['lib/kolla/planted.ts', '../cloud'],
  ['lib/openstack/planted.ts', '../cloud'],
  ['lib/openstack/planted.ts', '../render/helm'],
  ['lib/openstack/planted.ts', '../package'],
  ['lib/openstack/planted.ts', '../../services/keystone'],
  ['lib/package/planted.ts', '../kubernetes'],
  ['lib/package/planted.ts', '../openstack'],
  ['lib/package/planted.ts', '../cloud'],
  ['lib/diff/planted.ts', '../cloud'],
  ['lib/diff/planted.ts', '../kubernetes'],
  ['lib/cloud/planted.ts', '../../services'],
  ['lib/cloud/planted.ts', '../../services/keystone'],
  ['lib/cloud/planted.ts', '../../cli/genpwd'],
  ['lib/cloud/planted.ts', '../../main'],
  ['services/keystone/planted.ts', '../memcached'],
  ['services/keystone/planted.ts', '../../lib/cloud'],
  ['services/keystone/planted.ts', '../../lib/render/helm'],
  ['services/keystone/planted.ts', '../../lib/package'],
  ['services/keystone/planted.ts', '../../cli/genpwd'],
  ['services/index.ts', '../lib/cloud'],
  ['lib/kolla/planted.ts', '../../test/support/helm'],
  ['lib/kolla/planted.ts', '../../tools/toolchain'],
  ['services/keystone/planted.ts', '../../test/support/helm'],
  ['cli/planted.ts', '../tools/toolchain'],
  ['cli/planted.ts', '../test/support/objects'],
  ['main.ts', './test/support/objects'],
  ['main.ts', './tools/toolchain'],
  ['tools/planted.ts', '../lib/values'],
  ['lib/kolla/planted.ts', '../values/nearest.test'],
];

/** Arrows that services and rooms live by. */
const ALLOWED: readonly [file: string, from: string][] = [
  ['lib/render/helm/planted.ts', '../plain'],
  ['lib/kolla/planted.ts', '../kubernetes/security'],
  ['lib/openstack/planted.ts', '../kolla'],
  ['lib/package/planted.ts', '../render/helm'],
  ['lib/diff/planted.ts', '../values/merge'],
  ['lib/cloud/planted.ts', '../openstack'],
  ['lib/cloud/planted.ts', '../version'],
  ['services/planted/index.ts', '../../lib/openstack'],
  ['services/planted/index.ts', '../../lib/values'],
  ['services/index.ts', './keystone'],
  ['cli/planted.ts', '../services'],
  ['main.ts', './services'],
  ['index.ts', './lib/openstack'],
  ['lib/values/planted.test.ts', '../../test/support/objects'],
];

const importing = ([file, from]: readonly [string, string]): Planted => ({ file, text: `export * from '${from}';\n` });

describe('the layering rule', () => {
  const [forbidden, allowed] = [FORBIDDEN, ALLOWED];
  const others = [
    { file: 'lib/values/planted.ts', text: "export const late = import('../kolla/index.js');\n" },
    { file: 'lib/values/planted.ts', text: "import type { Keystone } from '../../services/keystone';\n" },
    { file: 'attic/planted.ts', text: 'export const room = 1;\n' },
  ];
  const found = lint([...[...forbidden, ...allowed].map(importing), ...others], 'layering');
  const rest = found.slice(forbidden.length + allowed.length);

  it.each(forbidden.map((arrow, i) => [...arrow, found[i]] as const))('%s may not use %s', (_file, _from, rules) => {
    expect(rules).toEqual(['boundaries/dependencies']);
  });

  it.each(allowed.map((arrow, i) => [...arrow, found[forbidden.length + i]] as const))(
    '%s may use %s',
    (_file, _from, rules) => {
      expect(rules).toEqual([]);
    },
  );

  it('sees types and late imports, and knows every room', () => {
    expect(rest).toEqual([['no-restricted-syntax'], ['boundaries/dependencies'], ['boundaries/no-unknown-files']]);
  });
});

test('a handle where JavaScript asks for true or false is refused: it is always true', () => {
  const service = (line: string): Planted => ({
    // An existing file, because the rule asks the compiler for types.
    file: 'services/memcached/index.ts',
    text: `import { global } from '../../lib/openstack';\nimport { when } from '../../lib/values';\n${line}\n`,
  });
  const planted = [
    'export const level = global.debug ? 2 : 1;',
    'export const level = global.debug && 2;',
    'export let level = 1;\nif (global.debug) level = 2;',
    'export const level = !global.debug;',
  ].map((line) => service(`${line}\nexport const also = when(global.debug, 2, 1);`));
  const strict = '@typescript-eslint/strict-boolean-expressions';
  const always = ['@typescript-eslint/no-unnecessary-condition', strict];
  expect(lint(planted, 'default')).toEqual([always, always, always, [strict]]);
}, 30_000);
