import fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PASSWORD_NAMES, PASSWORDS } from '../lib/kolla/passwords';
import type { PasswordName } from '../lib/kolla/passwords';
import { genpwd } from './genpwd';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'genpwd-'));
  file = join(folder, 'passwords.yaml');
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const NAMES: PasswordName[] = ['rbd_secret_uuid', 'database_password', 'keystone_admin_password'];
const read = (): string => fs.readFileSync(file, 'utf8');

/** What some YAML reader takes for something other than text, or can't read at all, when it stands without quotes. */
const nasty = [
  ...'0123 yes NO true 1e5 +1 .5 .inf 0x1F 0o17 1_000 1:30 2001-01-01 ~ null << ='.split(' '),
  ...'@x *x !x &x %x `x #x | >- - : {a [a {{ " \' \\ \\n --- ... é😀 \u200d'.split(' '),
  ...['- a', '? a', 'a: b', 'a #b', ' x ', 'a\u00a0b'],
];
const value = fc
  .oneof(fc.constantFrom(...nasty), fc.string({ minLength: 1, unit: 'binary' }), fc.string({ minLength: 1 }))
  .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/u.test(text));
const names = PASSWORD_NAMES.filter((name) => PASSWORDS[name].kind !== 'sshKey');

test('any password reads the same by YAML 1.1, 1.2 and js-yaml', () => {
  const entries = fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(entries, (taken) => {
      fs.rmSync(file, { force: true });
      const from = join(folder, 'kolla-passwords.yml');
      const lines = Object.entries(taken).map(([name, text]) => `${name}: !unsafe ${JSON.stringify(text)}\n`);
      fs.writeFileSync(from, lines.join(''));
      genpwd({ file, from, names: [], print: () => undefined });
      const expected = { global: { passwords: taken } };
      expect(parse(read(), { version: '1.1' })).toEqual(expected);
      expect(parse(read(), { version: '1.2' })).toEqual(expected);
      expect(load(read())).toEqual(expected);
      expect(load(read(), { schema: YAML11_SCHEMA })).toEqual(expected);
    }),
  );
});

test('any value and comment that was there stays', () => {
  const plain = fc.constantFrom(...'0123 yes 12345678901234567890 1e5 2001-01-01 0o17 1:30 ~'.split(' '), '');
  const written = fc.oneof(
    plain,
    value.map((text) => JSON.stringify(text)),
    fc.constant('[1, 0x1F, { a: no }]'),
  );
  const entry = fc.tuple(written, fc.boolean(), fc.boolean());
  const block = (entries: [string, boolean, boolean][], prefix: string, indent: string): string =>
    entries
      .map(([text, above, beside], index) => {
        const comment = above ? `${indent}# above ${prefix}${index}\n` : '';
        return `${comment}${indent}${prefix}${index}: ${text}${beside ? ` # beside ${prefix}${index}` : ''}\n`;
      })
      .join('');
  const many = fc.array(entry, { maxLength: 4 });
  fc.assert(
    fc.property(many, many, many, (top, global, own) => {
      const text = `${block(top, 'a', '')}global:\n${block(global, 'g', '  ')}  passwords:\n${block(own, 'p', '    ')}`;
      fs.writeFileSync(file, text);
      genpwd({ file, names: NAMES, print: () => undefined });
      const comments = (yaml: string) => [...yaml.matchAll(/# (?:above|beside) \w\d+$/gm)].map(([comment]) => comment);
      expect(comments(read())).toEqual(comments(text));
      for (const version of ['1.1', '1.2'] as const) {
        const after = parse(read(), { version, logLevel: 'silent' });
        for (const name of NAMES) delete after.global.passwords[name];
        const before = parse(text, { version, logLevel: 'silent' });
        before.global.passwords ??= {};
        expect(after).toEqual(before);
      }
    }),
  );
});
