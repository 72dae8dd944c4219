import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bugs } from './bugs';
import { planted } from './copy';

/** That tests catch them takes an hour (`npm run test:planted-bugs`); that each can still be planted, this says at once. */
const ROOT = join(__dirname, '..', '..');

test.each(bugs.map((bug) => [bug.name, bug] as const))('%s: fits, and so do its tests', (_, bug) => {
  const source = readFileSync(join(ROOT, bug.file), 'utf8');
  expect(planted(bug, source)).not.toBe(source);
  expect(existsSync(join(ROOT, bug.caughtBy.file))).toBe(true);
});
