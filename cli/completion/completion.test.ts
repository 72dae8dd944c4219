import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { start } from '../../test/support/many-helms';
import { compiledProject } from '../../test/support/project';

const folder = folderOf([
  ['files/cloud.yaml', ''],
  ['files/clo ud.json', ''],
  ['files/clouds/aio.yaml', ''],
]);
const bin = join(folder, 'bin');
const env = { ...process.env, HOME: folder, PATH: [bin, process.env['PATH']].join(delimiter) };

/** The command, under the name that shells know it by. */
beforeAll(() => {
  const main = join(compiledProject(), 'cli', 'main.js');
  const program = join(bin, 'kolla-cdk8s');
  mkdirSync(bin);
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(program, 0o755);
});

const kolla = (...args: string[]) => start(join(bin, 'kolla-cdk8s'), args, env);

test.each(['bash', 'zsh', 'fish'])('the script for %s is printed as it is', async (shell) => {
  const { status, stdout, stderr } = await kolla('completion', shell);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(readFileSync(join(__dirname, `kolla-cdk8s.${shell}`), 'utf8'));
});

test('the help says how to load it, also where npx runs the command', async () => {
  const { stdout } = await kolla('completion', '--help');
  for (const line of [
    'eval "$(kolla-cdk8s completion bash)"',
    'eval "$(kolla-cdk8s completion zsh)"',
    'kolla-cdk8s completion fish > ~/.config/fish/completions/kolla-cdk8s.fish',
    'kolla-cdk8s() { npx kolla-cdk8s "$@"; }',
    "alias --save kolla-cdk8s='npx kolla-cdk8s'",
  ])
    expect(stdout).toContain(`${line}\n`);
});

test('what the shells ask is not in the help', async () => {
  expect((await kolla('--help')).stdout).not.toMatch(/^ {2}complete /m);
});

/** What the command says to shells. */
const said = async (line: string): Promise<string[]> => {
  const { status, stdout, stderr } = await kolla('complete', line);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
};

test('commands, options and choices are those of the help', async () => {
  const { stdout } = await kolla('--help');
  const listed = stdout.split('\nCommands:\n')[1]!.matchAll(/^ {2}([a-z]+)/gm);
  expect((await said('kolla-cdk8s ')).map((line) => line.split('\t')[0])).toEqual([...listed].map(([, name]) => name));
  expect(await said('kolla-cdk8s import ')).toContainEqual(expect.stringMatching(/^kolla-ansible\tWrite cloud\.yaml/));
  expect(await said('kolla-cdk8s init --pro')).toEqual(['--profile\twhat it is like']);
  expect(await said('kolla-cdk8s init -p co')).toEqual(['compute-pools\t']);
  expect(await said('kolla-cdk8s validate --target-release ')).toEqual(['2025.1\t', '2026.1\t']);
  expect(await said('kolla-cdk8s diff --format=j')).toEqual(['--format=json\t']);
  expect(await said('kolla-cdk8s completion ')).toEqual(['bash\t', 'zsh\t', 'fish\t']);
  expect(await said('kolla-cdk8s diff before af')).toEqual([':files']);
  expect(await said('kolla-cdk8s import kolla-ansible ')).toEqual([':folders']);
});

test('paths of values: names, options, names of the user', async () => {
  expect(await said('kolla-cdk8s explain keystone.api.repl')).toEqual(['keystone.api.replicas\tNumber of pods.']);
  expect(await said('kolla-cdk8s explain keyst')).toEqual(['keystone.\tKeystone: OpenStack Identity']);
  expect(await said('kolla-cdk8s explain global.pools.gpu.rol')).toEqual(['global.pools.gpu.role\tWhat its nodes do.']);
  expect(await said('kolla-cdk8s explain keystone.conf.keystone.conf.token.exp')).toEqual([
    expect.stringMatching(/^keystone\.conf\.keystone\.conf\.token\.expiration\tThe amount of time/),
  ]);
  expect(await said('kolla-cdk8s explain keystone.policy.identity:create_us')).toEqual([
    expect.stringMatching(/^keystone\.policy\.identity:create_user\t/),
  ]);
  expect(await said('kolla-cdk8s explain nothing.')).toEqual([]);
});

test('--set: the same with an equals sign, for names that need no backslash', async () => {
  expect(await said('kolla-cdk8s synth --set keystone.api.repl')).toEqual(['keystone.api.replicas=\tNumber of pods.']);
  expect(await said('kolla-cdk8s synth --set a.b=1,keystone.api.repl')).toEqual([
    'a.b=1,keystone.api.replicas=\tNumber of pods.',
  ]);
  expect(await said('kolla-cdk8s synth --set keystone.conf.')).toEqual([]);
  expect(await said('kolla-cdk8s synth --set keystone.enabled=')).toEqual([]);
});

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit']).status === 0;
const inShell = async (shell: string, script: string, ...args: string[]) => {
  const { status, stdout, stderr } = await start(shell, ['-c', script, shell, ...args], env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean).sort();
};
const at = (path: string): string => join(folder, 'files', path);

describe('bash', () => {
  /** What bash hands to the function, and what it takes from it; outside of a terminal there is no `compopt`. */
  const COMPLETE = `
    eval "$(kolla-cdk8s completion bash)"
    COMP_LINE=$1 COMP_POINT=\${2:-\${#1}}
    _kolla_cdk8s kolla-cdk8s
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const complete = (line: string, ...args: string[]) => inShell('bash', COMPLETE, line, ...args);

  test('it is registered', async () => {
    expect(await inShell('bash', 'eval "$(kolla-cdk8s completion bash)"; complete -p kolla-cdk8s')).toEqual([
      'complete -F _kolla_cdk8s kolla-cdk8s',
    ]);
  });

  test('commands, options and choices', async () => {
    expect(await complete('kolla-cdk8s s')).toEqual(['schema', 'synth']);
    expect(await complete('kolla-cdk8s import ')).toEqual(['help', 'kolla-ansible']);
    expect(await complete('kolla-cdk8s init --p')).toEqual(['--profile']);
    expect(await complete('kolla-cdk8s init --profile c')).toEqual(['cells', 'compute-pools']);
    expect(await complete('kolla-cdk8s nothing such')).toEqual([]);
  });

  test('to the left of the cursor alone', async () => {
    expect(await complete('kolla-cdk8s s --help', 'kolla-cdk8s s'.length.toString())).toEqual(['schema', 'synth']);
  });

  test('behind an equals sign or a colon, where bash begins a word, only the rest', async () => {
    expect(await complete('kolla-cdk8s init --profile=c')).toEqual(['cells', 'compute-pools']);
    expect(await complete('kolla-cdk8s explain keystone.policy.identity:create_us')).toEqual(['create_user']);
    expect(await complete('kolla-cdk8s synth --set a=1,keystone.api.repl')).toEqual(['1,keystone.api.replicas=']);
  });

  test('files and folders, with spaces in their names', async () => {
    const three = [at('clo ud.json'), at('cloud.yaml'), at('clouds')];
    expect(await complete(`kolla-cdk8s validate -c ${at('clo')}`)).toEqual(three);
    expect(await complete(`kolla-cdk8s validate --cloud=${at('clo')}`)).toEqual(three);
    expect(await complete(`kolla-cdk8s diff ${at('clo')}`)).toEqual(three);
    expect(await complete(`kolla-cdk8s synth --out ${at('clo')}`)).toEqual([at('clouds')]);
    expect(await complete(`kolla-cdk8s import kolla-ansible ${at('clo')}`)).toEqual([at('clouds')]);
  });

  test('a command that fails offers nothing', async () => {
    const BROKEN = `kolla-cdk8s() { echo no; return 1; }; ${COMPLETE.replace('kolla-cdk8s', `'${bin}/kolla-cdk8s'`)}`;
    expect(await inShell('bash', BROKEN, 'kolla-cdk8s s')).toEqual([]);
  });
});

/** Without the shell, these stand among what was skipped. */
const testIn = (shell: string) => (has(shell) ? test : test.skip);

/** What zsh hands to the function; what it is told is printed. */
const ZSH = `
  compdef() {}
  compset() { [[ $2 = '--*=' ]] && PREFIX=\${PREFIX#--*=} }
  _files() { print -r -- "files $* of $PREFIX" }
  _describe() { local group; for group in $2 $4; do print -rl -- "$group:" \${(P)group}; done }
  eval "$(kolla-cdk8s completion zsh)"
  words=(\${=1}) CURRENT=$#words PREFIX=$words[-1]
  [[ $1 = *' ' ]] && { words+=(''); CURRENT=$#words PREFIX= }
  _kolla_cdk8s || true`;

testIn('zsh')('zsh', async () => {
  const complete = (line: string) => inShell('zsh', ZSH, line);
  expect(await complete('kolla-cdk8s init --profile c')).toEqual(['cells:', 'compute-pools:', 'ended:', 'open:']);
  expect(await complete('kolla-cdk8s explain keystone.api.repl')).toEqual([
    'ended:',
    'keystone.api.replicas:Number of pods.',
    'open:',
  ]);
  expect(await complete('kolla-cdk8s explain keystone.policy.identity:create_us')).toContainEqual(
    expect.stringMatching(/^keystone\.policy\.identity\\:create_user:/),
  );
  expect(await complete('kolla-cdk8s validate --cloud=x')).toEqual(['files  of x']);
  expect(await complete('kolla-cdk8s synth --out x')).toEqual(['files -/ of x']);
});

testIn('fish')('fish', async () => {
  const complete = (line: string) =>
    inShell('fish', 'source (kolla-cdk8s completion fish | psub); complete -C $argv[2]', line);
  expect(await complete('kolla-cdk8s init --profile c')).toEqual(['cells', 'compute-pools']);
  expect(await complete('kolla-cdk8s init --profile=c')).toEqual(['--profile=cells', '--profile=compute-pools']);
  expect(await complete('kolla-cdk8s explain keystone.api.repl')).toEqual(['keystone.api.replicas\tNumber of pods.']);
  expect(await complete(`kolla-cdk8s synth --out=${at('clo')}`)).toEqual([
    expect.stringMatching(new RegExp(`^--out=${at('clouds')}/`)),
  ]);
});
