import { ExecFileException, execFile } from 'node:child_process';
import { reasonOf } from '../../lib/cloud/reason';

/** How a kubectl ended, and what it said. */
export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl. */
export type Kubectl = (args: readonly string[]) => Promise<Said>;

/** What the user's kubectl is told of the cluster. */
export interface Login {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** A Secret or ConfigMap has at most 1 MiB, and a list has many. */
const MOST_BYTES = 2 ** 30;

/**
 * The user's kubectl: the one that the variable KUBECTL names, or that of PATH. A server that is silent is given up after
 * half a minute.
 */
export function kubectlOf({ context, kubeconfig }: Login): Kubectl {
  const given = process.env['KUBECTL'] ?? '';
  const program = given === '' ? 'kubectl' : given;
  const login = [
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    '--request-timeout=30s',
  ];
  return (args) =>
    new Promise((resolve, reject) => {
      execFile(program, [...args, ...login], { env: process.env, maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
        if (error === null) resolve({ status: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
        else reject(new Error(notRun(program, given, error), { cause: error }));
      });
    });
}

function notRun(program: string, given: string, error: ExecFileException): string {
  const isMissing = error.code === 'ENOENT';
  if (given !== '')
    return `cannot run ${program}, which KUBECTL names: ${isMissing ? 'there is none' : reasonOf(error)}`;
  if (!isMissing) return `cannot run kubectl: ${reasonOf(error)}`;
  return 'cannot run kubectl: there is none on PATH; --cluster reads through it, so install it, or name it in KUBECTL';
}
