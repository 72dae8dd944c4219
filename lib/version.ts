import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds package.json: a parent of this one, be it the source or what was compiled from it. */
export const PACKAGE_FOLDER = packageFolder(__dirname);

function packageFolder(from: string): string {
  for (let folder = from; ; folder = join(folder, '..')) {
    try {
      readFileSync(join(folder, 'package.json'));
      return folder;
    } catch {
      if (join(folder, '..') === folder) throw new Error(`no package.json above ${from}`);
    }
  }
}

/** The version of this project, which is the version of its charts. */
export const VERSION = (JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as { version: string })
  .version;
