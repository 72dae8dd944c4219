import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Checkout } from './repository';
import { folderFor, gitEnvironment } from './repository';

export const root = join(__dirname, '..', '..');

interface Step {
  readonly uses?: string;
  readonly id?: string;
  readonly shell?: string;
  readonly env?: { readonly [name: string]: string };
  readonly run?: string;
}

export interface Action {
  readonly inputs: { readonly [name: string]: { readonly default?: string } };
  readonly outputs: { readonly [name: string]: { readonly value: string } };
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export interface GitLabJob {
  readonly image: string;
  readonly rules: readonly { readonly if: string }[];
  readonly variables: { readonly [name: string]: string };
  readonly script: readonly string[];
}

const yaml = (path: string): unknown => load(readFileSync(join(root, path), 'utf8'));
export const action = yaml('action.yml') as Action;
export const gitlabJob = (yaml('docs/ci/gitlab.yml') as { readonly 'kolla-cdk8s': GitLabJob })['kolla-cdk8s'];

/** How a job ended, and all that it left. */
export interface Run {
  readonly status: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: { readonly [name: string]: string };
  /** What npm was asked. */
  readonly npm: string;
  /** The variables that Node was given, each time. */
  readonly given: string;
}

/** Variables of a job, over those that all have. */
type Variables = NodeJS.ProcessEnv;

/** Where jobs run: with an npm that installs what this project was compiled to, and a Node that says what it was given. */
export interface Machine {
  readonly bin: string;
  readonly npmLog: string;
  readonly nodeLog: string;
}

/** @param project the folder of `compiledProject()` */
export function machine(project: string): Machine {
  const folder = folderFor('machine');
  const [bin, installed] = [join(folder, 'bin'), join(folder, 'package')];
  const [npmLog, nodeLog] = [join(folder, 'npm.log'), join(folder, 'node.log')];
  mkdirSync(bin);
  mkdirSync(installed);
  symlinkSync(project, join(installed, 'build'));
  cpSync(join(root, 'ci'), join(installed, 'ci'), { recursive: true });
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh
printf '%s\\n' "$*" >>'${npmLog}'
[ "$1 $2" = 'install --prefix' ] || exit 1
mkdir -p "$3/node_modules" && ln -s '${installed}' "$3/node_modules/kolla-cdk8s"
`,
  );
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nenv >>'${nodeLog}'\nexec '${process.execPath}' "$@"\n`);
  for (const program of ['npm', 'node']) chmodSync(join(bin, program), 0o755);
  return { bin, npmLog, nodeLog };
}

/** What each job has, whoever runs it: nothing of this process but the programs. */
const common = ({ bin }: Machine, home: string): Variables => ({
  ...gitEnvironment,
  PATH: `${bin}:${process.env['PATH']}`,
  HOME: home,
  TMPDIR: home,
  LC_ALL: 'C.UTF-8',
});

/** Runs a script file, without standing in the way of the server that it talks to. */
function bash(args: readonly string[], cwd: string, env: Variables): Promise<{ status: number; log: string }> {
  return new Promise((resolve, reject) => {
    execFile('bash', args, { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(new Error(`bash: ${error.message}`));
      else resolve({ status: error === null ? 0 : (error.code as number), log: stdout + stderr });
    });
  });
}

const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Whole texts in action.yml that are an expression, by what it names. */
const expressionIn = (text: string): string | undefined => /^\$\{\{ ([\w.-]+) \}\}$/.exec(text)?.[1];

/**
 * Runs the steps of action.yml, but for those that use another action, as GitHub's runner does.
 *
 * @param context what expressions name, beside inputs: `github.token`
 */
export async function runAction(
  on: Machine,
  { folder, merge }: Checkout,
  inputs: { readonly [name: string]: string },
  context: { readonly [name: string]: string },
  variables: Variables,
): Promise<Run> {
  const home = folderFor('runner');
  const known: Record<string, string> = { ...context };
  const valueOf = (text: string): string => {
    const name = expressionIn(text);
    return name === undefined ? text : (known[name] ?? '');
  };
  for (const [name, { default: value = '' }] of Object.entries(action.inputs)) {
    known[`inputs.${name}`] = inputs[name] ?? valueOf(value);
  }
  let [log, summary, status] = ['', '', 0];
  for (const [i, { id, env = {}, run }] of action.runs.steps.entries()) {
    if (run === undefined || status !== 0) continue;
    const file = (name: string): string => join(home, `${i}-${name}`);
    writeFileSync(file('step.sh'), run);
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, "shell": bash
    const step = await bash(['--noprofile', '--norc', '-eo', 'pipefail', file('step.sh')], folder, {
      ...common(on, home),
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTION_PATH: root,
      GITHUB_REPOSITORY: 'example/clouds',
      GITHUB_SHA: merge,
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      RUNNER_TEMP: home,
      ...variables,
      ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, valueOf(text)])),
    });
    status = step.status;
    log += step.log;
    summary += contentOf(file('summary'));
    for (const line of contentOf(file('output')).split('\n').filter(Boolean)) {
      const [name = '', value = ''] = line.split('=');
      known[`steps.${id}.outputs.${name}`] = value;
    }
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, valueOf(value)] as const),
  );
  return { status, log, summary, outputs, npm: contentOf(on.npmLog), given: contentOf(on.nodeLog) };
}

/** Runs the job of docs/ci/gitlab.yml, as GitLab's runner does: variables of the project are over those of the job. */
export async function runGitLabJob(
  on: Machine,
  { folder, base }: Checkout,
  variables: Variables,
): Promise<Omit<Run, 'summary' | 'outputs'>> {
  const home = folderFor('runner');
  const file = join(home, 'script.sh');
  // https://docs.gitlab.com/runner/shells/: `set -eo pipefail`, then all commands in one script
  writeFileSync(file, ['set -eo pipefail', ...gitlabJob.script].join('\n'));
  const ended = await bash([file], folder, {
    ...common(on, home),
    ...gitlabJob.variables,
    CI_MERGE_REQUEST_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '7',
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    ...variables,
  });
  return { ...ended, npm: contentOf(on.npmLog), given: contentOf(on.nodeLog) };
}
