import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { reasonOf } from '../lib/cloud/reason';

/** With this a schema begins, whichever version has made it. */
export const HEAD = '{"$comment":"Made by kolla-cdk8s, which may make it anew.",';

/** Whether something is there that is no schema as we make them. */
export function isOfUser(file: string): boolean {
  const stat = existsSync(dirname(file)) ? lstatSync(file, { throwIfNoEntry: false }) : undefined;
  return stat !== undefined && !(stat.isFile() && readFileSync(file, 'utf8').startsWith(HEAD));
}

/** The comment by which an editor finds the schema of a YAML file that stands in the same folder. */
export const modeline = (file: string): string => `# yaml-language-server: $schema=./${basename(file)}`;

/**
 * Writes the schema of a cloud file.
 *
 * @returns what it wrote, and how to use it
 * @throws Error where the file cannot be written, or may be a cloud file itself
 */
export function writeSchema(file: string, text: string): string {
  if (file === '') throw new Error('the file to write to: found an empty text, the path of a file is needed');
  if (!file.endsWith('.json')) {
    throw new Error(`cannot write ${file}: a schema is JSON, and its name has to end with .json`);
  }
  if (isOfUser(file))
    throw new Error(`${file}: found what kolla-cdk8s has not made, and left as it is: give another file`);
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
  }
  return `${file}: written. At the top of a cloud file beside it:\n${modeline(file)}`;
}
