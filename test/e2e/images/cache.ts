// Folders that are made once for each recipe, whole or not at all.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that is cached is below, so layers have short paths relative to it. */
export const CACHE = join(__dirname, '..', '..', '..', '.cache');
export const IMAGES = join(CACHE, 'images');

export function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** What is in files, and in all files of folders, with their names there. */
export function contentOf(...paths: readonly string[]): string {
  const files = paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [{ name: '', file: path }];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
    return names.map((name) => ({ name, file: join(path, name) })).filter(({ file }) => statSync(file).isFile());
  });
  return keyOf(...files.flatMap(({ name, file }) => [name, readFileSync(file, 'latin1')]));
}

/** The folder of that name. If it isn't there, `make` fills it under another name, which it may not depend on. */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const path = join(IMAGES, name);
  if (existsSync(path)) return path;

  mkdirSync(IMAGES, { recursive: true });
  sweep();
  const folder = mkdtempSync(join(IMAGES, `.${process.pid}-`));
  try {
    await make(folder);
    renameSync(folder, path);
  } catch (error) {
    // Somebody else may have been faster.
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
}

/** Removes what builds left that were killed. */
function sweep(): void {
  for (const name of readdirSync(IMAGES)) {
    const pid = /^\.(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(join('/proc', pid))) rmSync(join(IMAGES, name), { recursive: true });
  }
}
