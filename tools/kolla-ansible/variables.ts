import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `data/kolla-ansible/variables.json` holds: names alone, of all branches that operators may come from. */
interface Variables {
  readonly source: string;
  /** Those of `etc/kolla/globals.yml`, in comments or not. */
  readonly globals: readonly string[];
  /** Those of defaults, by the role or the file of group variables that has them. */
  readonly defaults: { readonly [role: string]: readonly string[] };
}

const BRANCHES = ['stable/2026.1', 'stable/2025.2', 'stable/2025.1', 'unmaintained/2024.1'];
const GLOBALS = 'etc/kolla/globals.yml';
/** Every container has these: `cli/import/reasons.ts` knows them by what they end with. */
const OF_EACH_CONTAINER =
  /_(image|image_full|tag|dimensions|default_volumes|extra_volumes|enabled_default_volumes|healthcheck\w*|git_repository|dev_mode|source_version|dev_repos\w*)$/;

const repository = process.argv[2];
if (repository === undefined) throw new Error('npm run kolla-ansible-variables -- FOLDER: a clone of kolla-ansible');
const git = (...args: string[]) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n');

const globals = new Set<string>();
const roles = new Map<string, string>();
for (const branch of BRANCHES.map((name) => `origin/${name}`)) {
  // Continued text begins with `# ` too, but has no word with a colon at its end that is a variable's.
  for (const line of git('show', `${branch}:${GLOBALS}`)) {
    const name = /^#? ?([a-z][a-z0-9]*_[a-z0-9_]+):(\s|$)/.exec(line)?.[1];
    if (name !== undefined) globals.add(name);
  }
  const files = git('ls-tree', '-r', '--name-only', branch, 'ansible/group_vars', 'ansible/roles').filter((file) =>
    /^ansible\/(group_vars\/all(\/|\.yml)|roles\/[^/]+\/(defaults|vars)\/)/.test(file),
  );
  for (const file of files) {
    const [, , first = '', ...rest] = file.split('/');
    const role = (file.includes('/roles/') ? first : (rest[0] ?? first)).replace('.yml', '');
    for (const line of git('show', `${branch}:${file}`)) {
      const name = /^([a-z][a-z0-9_]+):/.exec(line)?.[1];
      if (name === undefined || OF_EACH_CONTAINER.test(name)) continue;
      // Of the one file that older branches have, newer ones tell whose a variable is.
      if (!roles.has(name)) roles.set(name, role);
    }
  }
}

const byRole: { [role: string]: string[] } = {};
for (const [name, role] of [...roles].sort()) (byRole[role] ??= []).push(name);
const variables: Variables = {
  source: `Kolla-Ansible ${BRANCHES.join(', ')}: names of ${GLOBALS}, ansible/group_vars and ansible/roles/*/defaults`,
  globals: [...globals].sort(),
  defaults: Object.fromEntries(Object.entries(byRole).sort(([a], [b]) => (a < b ? -1 : 1))),
};
writeFileSync(
  join(__dirname, '..', '..', 'data', 'kolla-ansible', 'variables.json'),
  `${JSON.stringify(variables, null, 1)}\n`,
);
