import { cpSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from './compile';

const root = join(__dirname, '..', '..');

const project = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-project-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** The folder of a copy of this project as JavaScript, for tests that run its command. It goes when they are done. */
export function compiledProject(): string {
  for (const source of ['main.ts', 'cli', 'lib', 'services']) {
    compile(source, project);
    const isOther = (file: string): boolean => statSync(file).isDirectory() || !file.endsWith('.ts');
    cpSync(join(root, source), join(project, source), { recursive: true, filter: isOther });
  }
  cpSync(join(root, 'package.json'), join(project, 'package.json'));
  for (const folder of ['clouds', 'data']) symlinkSync(join(root, folder), join(project, folder));
  return project;
}
