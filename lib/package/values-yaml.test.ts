import { parse } from 'yaml';
import type { Json, JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import { cloudOf } from '../../test/support/clouds';
import { umbrellaValues, valuesYaml } from './values-yaml';

const read = (text: string): JsonMap => parse(text, { version: '1.1', merge: true }) as JsonMap;

/** A value that may be given, as a comment: its key, and what is allowed. */
const OPTIONAL = /^( *)# ([\w.-]+): (?=["']?\()/;

/** Paths of all keys. */
const pathsOf = (value: Json | undefined, path = ''): string[] =>
  value !== undefined && isMap(value)
    ? Object.entries(value).flatMap(([key, child]) => [`${path}/${key}`, ...pathsOf(child, `${path}/${key}`)])
    : [];

describe.each(cloudOf().services.map(({ model, node }) => [node.id, model] as const))(
  'values.yaml of %s',
  (_, model) => {
    const text = valuesYaml(model, 'Title');
    const lines = text.split('\n');
    const optional = lines.flatMap((line, i) => (OPTIONAL.test(line) ? [i] : []));
    const uncommented = (chosen: readonly number[]): string =>
      lines.map((line, i) => (chosen.includes(i) ? line.replace(OPTIONAL, '$1$2: ') : line)).join('\n');

    test('holds the defaults', () => {
      expect(read(text)).toEqual(model.defaults);
    });

    test('has optional values as comments', () => {
      expect(optional).not.toEqual([]);
      expect(lines.filter((line) => line.trim() === '{}')).toEqual([]);
    });

    test.each(optional.map((i) => [lines[i]!.trim(), i] as const))('%s can be uncommented', (line, i) => {
      const [, , key] = OPTIONAL.exec(line)!;
      const before = pathsOf(model.defaults);
      const added = pathsOf(read(uncommented([i]))).filter((path) => !before.includes(path));
      expect(added).toEqual([expect.stringMatching(new RegExp(`/${key!.replace('.', '\\.')}$`))]);
    });

    test('all can be uncommented at once', () => {
      const all = pathsOf(read(uncommented(optional)));
      expect(all).toHaveLength(pathsOf(model.defaults).length + optional.length);
    });
  },
);

test('the values of the umbrella have one empty line before each block', () => {
  expect(umbrellaValues({ global: {}, keystone: { enabled: true } }, new Map())).not.toMatch(/\n\n\n/);
});
