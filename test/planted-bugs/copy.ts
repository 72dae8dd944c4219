import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bug } from './bug';

/** What the tests read of the project, besides installed packages and tools. */
const NEEDED = [
  ...['data', 'lib', 'services', 'cli', 'test', 'tools', 'clouds', '__snapshots__', 'main.ts', 'index.ts'],
  ...['package.json', 'jest.config.js', 'tsconfig.json', 'tsconfig.build.json', 'eslint.config.mjs'],
];

/** A copy of the project in which bugs are planted, so that none is ever in the work tree. */
export class Copy {
  /** Jest names files by their real path. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'kolla-cdk8s-planted-')));

  constructor(root: string) {
    for (const name of NEEDED) cpSync(join(root, name), join(this.folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  /**
   * Runs something while a bug is there.
   *
   * @throws Error where the text to replace does not stand in the file exactly once
   */
  async with<T>(bug: Bug, run: () => Promise<T>): Promise<T> {
    const path = join(this.folder, bug.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, planted(bug, source));
    try {
      return await run();
    } finally {
      writeFileSync(path, source);
    }
  }
}

/** A file's text with the bug in it. */
export function planted({ name, file, find, replace }: Bug, source: string): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = source.split(find).length - 1;
    throw new Error(`the bug '${name}' does not fit: ${file} has ${times} times, not once, the text\n  ${find}`);
  }
  return `${before}${replace}${after}`;
}
