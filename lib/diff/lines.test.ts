import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unified } from './lines';

test('lines that differ, with two around them', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  expect(unified(before, before.replace('d', 'D').replace('h\n', ''))).toBe(
    ['@@ -2,7 +2,6 @@', ' b', ' c', '-d', '+D', ' e', ' f', ' g', '-h'].join('\n'),
  );
  expect(unified('', 'a\n')).toBe('@@ -0,0 +1,1 @@\n+a');
  expect(unified('a\n', 'a')).toBe('@@ -1,1 +1,2 @@\n a\n+\\ no end of line');
});

test('patch makes the one text of the other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
    .map((l) => `${l.join('\n')}\n`);
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        const file = join(folder, 'text');
        writeFileSync(file, before);
        const input = `--- text\n+++ text\n${unified(before, after)}\n`;
        const { status, stdout } = spawnSync('patch', ['--silent', '--output=-', file], { input, encoding: 'utf8' });
        expect({ status, stdout }).toEqual({ status: 0, stdout: after });
      }),
      { numRuns: 50 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
