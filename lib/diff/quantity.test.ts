import { quantity, resource } from './quantity';

test.each([
  ['10Gi', 10 * 2 ** 30],
  ['250m', 0.25],
  ['1e3', 1000],
  ['08.5k', 8500],
  [3, 3],
  ['9Ei', 2 ** 63],
  ['33004057Ti', 2 ** 63],
  ['100E', 1e20],
  ['ten', undefined],
  ['10Zi', undefined],
])('%j comes to %s', (written, amount) => expect(quantity(written)).toBe(amount));

test.each([
  ['9861n', '1m'],
  ['3.003563423', '3004m'],
  ['1.1', '1100m'],
  ['250m', '0.25'],
])('of limits and requests, %s is kept as %s', (written, kept) => expect(resource(written)).toBe(resource(kept)));
