import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../lib/version';

const CLOUDS = join(PACKAGE_FOLDER, 'clouds');
const SUFFIX = '.yaml';

/** The names of the example clouds that come with this package, sorted. */
export const profiles = (): string[] =>
  readdirSync(CLOUDS)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();

/** What one is like: a values file. */
export const fileOfProfile = (name: string): string => join(CLOUDS, `${name}${SUFFIX}`);

export const textOfProfile = (name: string): string => readFileSync(fileOfProfile(name), 'utf8');
