import { execFileSync } from 'child_process';
import { obtain } from './obtain';
import { tools } from './table';

export type { Tool } from './table';

/** A Helm that the tests run against. */
export interface Helm {
  readonly major: 3 | 4;
  /** As the program says it, for example `v3.22.0`. */
  readonly version: string;
  readonly path: string;
}

const paths = new Map<string, string>();

/**
 * The path of a program the tests need, found or made: an environment variable names it, or PATH holds it, or an
 * earlier run left it in `.cache/bin/`, or it is built, downloaded or installed there. Takes seconds to minutes the
 * first time; callers in other processes wait for the one that makes it.
 *
 * @param name a row of the table: `helm3`, `helm4`, `registry`, `kube-apiserver`, `etcd`, `node-next`
 * @throws when an environment variable names a program that does not serve, and when no way works: the error lists
 *   each way with the reason, and what to do
 */
export function tool(name: string): string {
  const row = tools[name];
  if (!row) throw new Error(`no tool '${name}' in the toolchain; it has ${Object.keys(tools).join(', ')}`);
  const path = paths.get(name) ?? obtain(name, row);
  paths.set(name, path);
  return path;
}

/** Every Helm the charts must work with: one of each major version. */
export function helms(): Helm[] {
  return ([3, 4] as const).map((major) => {
    const path = tool(`helm${major}`);
    const version = execFileSync(path, ['version', '--template', '{{.Version}}'], { encoding: 'utf8' }).trim();
    return { major, version, path };
  });
}
