import { parseObjects } from './objects';

test('reads the documents of a stream, without the empty ones', () => {
  const stream = '---\n# Source: a.yaml\na: 1\n---\n# Source: empty.yaml\n---\nb: "x"\nc: [1.5, true, null, "é😀"]\n';
  expect(parseObjects(stream)).toEqual([{ a: 1 }, { b: 'x', c: [1.5, true, null, 'é😀'] }]);
  expect(parseObjects('')).toEqual([]);
});

test('a string that looks like something else stays a string when quoted', () => {
  expect(parseObjects(`a: "yes"\nb: '0123'\n"on": "1e+06"`)).toEqual([{ a: 'yes', b: '0123', on: '1e+06' }]);
});

test.each(['1e+06', '1.0', '1E3', '-2.'])('%s is no integer', (number) => {
  expect(parseObjects(`a: ${number}`)).toEqual([{ a: `not an integer: ${number}` }]);
});

test('an integer that JavaScript would round equals no number', () => {
  expect(parseObjects('a: 9007199254740991')).toEqual([{ a: 9007199254740991 }]);
  expect(parseObjects('a: 9007199254740993')).toEqual([{ a: 'integer beyond 53 bits: 9007199254740993' }]);
});

test.each(['a: 1\na: 2', 'a: {b: 1, b: 2}', '- 1', 'text', 'a: [', 'a: &x 1\nb: *y'])('refuses %j', (yaml) => {
  expect(() => parseObjects(yaml)).toThrow();
});

test.each(['yes', 'N', 'Off', '0123', '0b11', '0X1F', '0O7', '1_000', '0_1', '1_e3', '1e1_0', '-_1'])(
  'refuses an unquoted %s, as value and as key',
  (scalar) => {
    expect(() => parseObjects(`a: ${scalar}`)).toThrow(`unquoted ${scalar}`);
    expect(() => parseObjects(`${scalar}: 1`)).toThrow(`unquoted ${scalar}`);
    expect(parseObjects(`a: |-\n  ${scalar}`)).toEqual([{ a: scalar }]);
  },
);

test.each([
  '0',
  '-1',
  '0x1f',
  '0o14',
  '1.2.3',
  'v1_2',
  '1:30',
  '2024-01-01',
  'noon',
  '10.0.0.0/8',
  '100m',
  '_1',
  '0__.6-2-_0',
  '1e_',
])('accepts an unquoted %s', (scalar) => {
  expect(parseObjects(`a: ${scalar}`)).toHaveLength(1);
});
