// Compiles the project into build/, and puts the files beside the code that are no code: programs, scripts, templates and tables.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
if (!existsSync(join(root, 'build'))) rmSync(join(root, '.cache', 'build.tsbuildinfo'), { force: true });
execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
for (const tables of ['oslo', 'policy']) {
  cpSync(join(root, 'data', tables), join(root, 'build', 'data', tables), { recursive: true });
}
cpSync(
  join(root, 'data', 'kolla-ansible', 'variables.json'),
  join(root, 'build', 'data', 'kolla-ansible', 'variables.json'),
);
for (const folder of ['lib', 'services', 'cli']) {
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !['.py', '.ejs', '.bash', '.zsh', '.fish'].includes(extname(entry.name))) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    cpSync(file, join(root, 'build', file.slice(root.length + 1)));
  }
}
