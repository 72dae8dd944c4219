import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'fs';
import * as path from 'path';
import { transformFileSync } from '@swc/core';

const root = path.join(__dirname, '..', '..');

/**
 * Compiles a TypeScript file or folder of this project to JavaScript, for a test that runs it in another process.
 *
 * @param source relative to the project's root
 * @param directory where the same relative path is written to, with the project's node_modules beside
 */
export function compile(source: string, directory: string): void {
  const from = path.join(root, source);
  if (statSync(from).isDirectory()) {
    for (const entry of readdirSync(from)) compile(path.join(source, entry), directory);
    return;
  }
  if (!source.endsWith('.ts') || source.endsWith('.test.ts')) return;
  const to = path.join(directory, source.replace(/\.ts$/, '.js'));
  const { code } = transformFileSync(from, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    configFile: false,
    swcrc: false,
  });
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, code);
  linkModules(directory);
}

function linkModules(directory: string): void {
  try {
    symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
