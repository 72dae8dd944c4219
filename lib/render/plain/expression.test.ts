import { z } from 'zod';
import { CHART, allFromHelm, allRendered } from '../../../test/support/rendering';
import { helms } from '../../../tools/toolchain';
import type { JsonMap } from '../../values/expression';
import { ValuesModel } from '../../values/model';
import { json } from '../../values/named';
import { merged, without } from '../../values/maps';
import { eachEntry } from '../../values/value';
import { sortedKeys } from './expression';

/** By bytes, and so by code points; by JavaScript's units of UTF-16, the emoji would come before the last letter. */
const sorted = ['10', '9', 'A', 'a', 'é', '\uffe5', '😀'];
const map = Object.fromEntries([...sorted].reverse().map((key) => [key, key]));

test('keys are sorted by bytes, also those that look like numbers', () => {
  expect(sortedKeys(map)).toEqual(sorted);
});

test.each(helms())('as helm $version sorts them, in loops and in JSON', ({ path: helm }) => {
  const shape = z.strictObject({ map: z.record(z.string(), z.string()).default({}) });
  const { handles: values } = new ValuesModel(CHART, shape);
  const written = [{ list: [eachEntry(values.map, (key) => key)], text: json(values.map) }];
  const text = `{${sorted.map((key) => `"${key}":"${key}"`).join(',')}}`;
  expect(allRendered(written, [{ map }])).toEqual([[{ example: 0, list: sorted, text }]]);
  expect(allFromHelm(helm, written, [{ map }])).toEqual([[{ example: 0, list: sorted, text }]]);
});

test.each(helms())(
  'maps over one another, the empty among their entries too, as in helm $version',
  ({ path: helm }) => {
    const texts = z.record(z.string(), z.string());
    const shape = z.strictObject({ map: texts.default({}), more: texts.optional() });
    const { handles: values } = new ValuesModel(CHART, shape);
    const all = merged<string>(without(values.map, 'x'), values.more);
    const written = [{ list: [eachEntry(all, (key, value) => `${key}=${value}`)] }];
    const sets: JsonMap[] = [{ map: { a: '1', b: '2', x: '3' }, more: { b: '', c: '4' } }, { map: { a: '1' } }];
    const lists = [['a=1', 'b=', 'c=4'], ['a=1']].map((list) => [{ example: 0, list }]);
    expect(allRendered(written, sets)).toEqual(lists);
    expect(allFromHelm(helm, written, sets)).toEqual(lists);
  },
);
