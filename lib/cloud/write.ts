import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Output } from './output';

const FOLDERS = ['manifests', 'secrets', 'charts', 'repository'] as const;

/**
 * Writes a cloud's folders below `folder`: all is written beside them first, then each is put in the place of the old
 * one. If anything fails, the old ones are put back. Nothing else in the folder is touched.
 *
 * @throws Error that says where the old ones are, if they cannot be put back
 */
export function writeOutput(folder: string, output: Output): void {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, '.new-'));
  const old = join(fresh, 'old');
  const undo: (() => void)[] = [];
  const move = (from: string, to: string): void => {
    renameSync(from, to);
    undo.unshift(() => renameSync(to, from));
  };
  let stranded: string[] = [];
  try {
    mkdirSync(old);
    for (const name of FOLDERS) writeFolder(join(fresh, name), output[name], name === 'secrets');
    for (const name of FOLDERS) {
      if (existsSync(join(folder, name))) move(join(folder, name), join(old, name));
      move(join(fresh, name), join(folder, name));
    }
  } catch (error) {
    undo.forEach(tryTo);
    stranded = existsSync(old) ? readdirSync(old) : [];
    if (stranded.length === 0) throw error;
    const message = `${(error as Error).message}; what was in ${stranded.join(', ')} is now in ${old}`;
    throw new Error(message, { cause: error });
  } finally {
    if (stranded.length === 0) rmSync(fresh, { recursive: true, force: true });
  }
}

function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>, secret: boolean): void {
  mkdirSync(folder, { mode: secret ? 0o700 : 0o755 });
  const made = new Set<string>();
  for (const [path, content] of files) {
    const file = join(folder, path);
    const parent = dirname(file);
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
    writeFileSync(file, content, { mode: secret ? 0o600 : 0o644 });
  }
}

/** One that fails keeps no other from being tried. */
function tryTo(step: () => void): void {
  try {
    step();
  } catch {
    // What is then not in its place is told by its name.
  }
}
