import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Output } from './output';

const FOLDERS = ['manifests', 'secrets', 'charts', 'repository'] as const;

/**
 * Writes a cloud's folders below `folder`: all is written beside them first, then each is put in the place of the old
 * one. Nothing else in the folder is touched.
 */
export function writeOutput(folder: string, output: Output): void {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, '.new-'));
  try {
    for (const name of FOLDERS) {
      mkdirSync(join(fresh, name), { mode: name === 'secrets' ? 0o700 : 0o755 });
      for (const [path, content] of output[name]) {
        const file = join(fresh, name, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content, { mode: name === 'secrets' ? 0o600 : 0o644 });
      }
    }
    const old = join(fresh, 'old');
    mkdirSync(old);
    for (const name of FOLDERS) {
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(old, name));
      renameSync(join(fresh, name), join(folder, name));
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
