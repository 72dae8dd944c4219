import { spanning } from './python-pattern';

const finds = (pattern: string, text: string): boolean => new RegExp(`^${spanning(pattern)}$`, 'u').test(text);

test('a pattern of Python, spanning the text', () => {
  expect(spanning('^(tcp|ssl):[0-9]+$')).toBe('(tcp|ssl):[0-9]+');
  expect(finds('a|b', 'xbx')).toBe(true);
  expect(finds('^(tcp|ssl|unix):.+', 'tcp:a b')).toBe(true);
  expect(finds('^[A-Za-z0-9\\-_=]{3}$', 'a-=')).toBe(true);
  expect(finds('^\\d+:\\d+$', '1:22')).toBe(true);
});

test.each(['(?!a)', '(?<=a)b', '(a)\\1', '\\bword', '[\\s]', '^a|b$', '^a|b', 'a*+'])(
  '%s is not checked',
  (pattern) => {
    expect(spanning(pattern)).toBeUndefined();
  },
);
