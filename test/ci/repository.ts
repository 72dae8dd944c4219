import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a commit holds: files by their paths, and perhaps a folder that synth wrote, as `gitops`. */
export interface Content {
  readonly files?: { readonly [path: string]: string };
  readonly gitops?: string;
}

/** A repository as a runner has checked it out, and the commits that runners know of. */
export interface Checkout {
  readonly folder: string;
  /** The merge of the request into its target branch. */
  readonly merge: string;
  /** The newest commit of the branch that is to be merged. */
  readonly head: string;
  /** The newest commit of the target branch. */
  readonly target: string;
  /** Where the branch left the target branch. */
  readonly base: string;
}

export interface Request {
  /** What the target branch has. */
  readonly before: Content;
  /** What the branch has that is to be merged. */
  readonly after: Content;
  /** The name of that branch. */
  readonly branch?: string;
  /** What is checked out. Default: the merge. */
  readonly at?: 'merge' | 'head' | 'target';
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder for the time of a test. */
export function folderFor(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `kolla-cdk8s-${what}-`));
  folders.push(folder);
  return folder;
}

/** No configuration of this machine, and always the same author. */
export const gitEnvironment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'Test'],
      [`GIT_${who}_EMAIL`, 'test@example.org'],
    ]),
  ),
};

function git(folder: string, ...args: string[]): string {
  const env = { ...process.env, ...gitEnvironment };
  return execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8' }).trim();
}

/**
 * Makes a repository with a request to merge a branch, and checks it out with one commit of history, as runners do. The
 * target branch has got another commit meanwhile.
 */
export function checkout({ before, after, branch = 'change', at = 'merge' }: Request): Checkout {
  const origin = folderFor('origin');
  git(origin, 'init', '--quiet', '--initial-branch=main');
  const base = commit(origin, before);
  git(origin, 'checkout', '--quiet', '-b', branch);
  const head = commit(origin, after);
  git(origin, 'checkout', '--quiet', 'main');
  const target = commit(origin, { ...before, files: { ...before.files, 'README.md': 'Clouds\n' } });
  git(origin, 'checkout', '--quiet', '--detach');
  git(origin, 'merge', '--quiet', '--no-edit', head);
  const merge = git(origin, 'rev-parse', 'HEAD');

  const commits = { base, head, target, merge };
  const folder = folderFor('checkout');
  git(folder, 'init', '--quiet');
  git(folder, 'remote', 'add', 'origin', `file://${origin}`);
  git(folder, 'fetch', '--quiet', '--depth=1', 'origin', commits[at]);
  git(folder, 'checkout', '--quiet', '--detach', commits[at]);
  return { folder, ...commits };
}

function commit(folder: string, { files = {}, gitops }: Content): string {
  for (const name of readdirSync(folder)) if (name !== '.git') rmSync(join(folder, name), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  if (gitops !== undefined) cpSync(gitops, join(folder, 'gitops'), { recursive: true });
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'A commit');
  return git(folder, 'rev-parse', 'HEAD');
}
