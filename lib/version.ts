import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds package.json: this one's parents, be it the source or what was compiled from it. */
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
export const VERSION = (
  JSON.parse(readFileSync(join(packageFolder(__dirname), 'package.json'), 'utf8')) as { version: string }
).version;
