import type { Forecast } from '../../lib/diff';

/** The API server keeps maps in an order of its own, in which what goes is then told. */
export const sorted = <T extends Pick<Forecast, 'changed' | 'rolls'>>(forecast: T): T => ({
  ...forecast,
  changed: forecast.changed.map(({ id, changes }) => ({ id, changes: [...changes].sort(by(({ path }) => path)) })),
  rolls: forecast.rolls.map((roll) => ({ ...roll, reasons: [...roll.reasons].sort(by(({ field }) => field)) })),
});

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;
