import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

export interface TemplateOptions {
  readonly release: string;
  readonly namespace: string;
  /** The user's values, as one values file. Default: none. */
  readonly values?: unknown;
  /** Further arguments, such as `--show-only`. */
  readonly args?: readonly string[];
  /** The Helm to run: a path from `helms()`. */
  readonly helm: string;
}

/** A Helm that failed: what it was asked, and what it said. */
export class HelmError extends Error {
  constructor(
    command: string,
    readonly stderr: string,
  ) {
    super(`${command}: ${stderr.trim()}`);
    this.name = 'HelmError';
  }
}

const home = mkdtempSync(path.join(tmpdir(), 'kolla-cdk8s-helm-'));
const removeHome = () => rmSync(home, { recursive: true, force: true });
if (typeof afterAll === 'function') afterAll(removeHome);
else process.once('exit', removeHome);

/**
 * The environment of every Helm here: caches, repositories and credentials of its own, and no cluster, so that
 * nothing of the machine enters a test.
 */
export const helmEnvironment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^HELM|^KUBE/.test(name))),
  HELM_CACHE_HOME: path.join(home, 'cache'),
  HELM_CONFIG_HOME: path.join(home, 'config'),
  HELM_DATA_HOME: path.join(home, 'data'),
  KUBECONFIG: path.join(home, 'no-kubeconfig'),
};

/**
 * Runs a Helm and returns what it prints.
 *
 * @throws HelmError when it fails
 */
export function runHelm(helm: string, args: readonly string[]): string {
  mkdirSync(home, { recursive: true });
  const options = { env: helmEnvironment, cwd: home, encoding: 'utf8', maxBuffer: 1 << 30 } as const;
  const { status, signal, error, stdout, stderr } = spawnSync(helm, args, options);
  if (error) throw error;
  if (status !== 0) throw new HelmError(`helm ${args.join(' ')}`, stderr || `ended by ${signal ?? `status ${status}`}`);
  return stdout;
}

/**
 * What `helm template` prints for a chart.
 *
 * @param chart an absolute path, of a folder or a package, or the address of a chart
 * @throws HelmError when Helm refuses, with its stderr
 */
export function helmTemplate(chart: string, options: TemplateOptions): string {
  const { release, namespace, values, args = [], helm } = options;
  const template = ['template', release, chart, '--namespace', namespace, ...args];
  if (values === undefined) return runHelm(helm, template);
  mkdirSync(home, { recursive: true });
  const directory = mkdtempSync(path.join(home, 'values-'));
  try {
    const file = path.join(directory, 'values.json');
    writeFileSync(file, valuesFile(values));
    return runHelm(helm, [...template, '--values', file]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Values as a file that any YAML 1.1 or 1.2 parser reads back unchanged: JSON, in which whatever is not printable
 * ASCII is escaped as YAML does it. (JSON's own escape of a character beyond U+FFFF is two halves, which YAML
 * parsers don't join.)
 */
export function valuesFile(values: unknown): string {
  return JSON.stringify(values, null, 1).replace(/[^\x20-\x7e\n]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
}

export { parseObjects, type ParsedObject } from './objects';
