/** Some tests of `npm test`. */
export interface Suite {
  readonly file: string;
  /** Only the tests whose full name matches, as jest's `-t`. Default: all of the file. */
  readonly only?: string;
}

/** A mistake that somebody could make, and the tests that must then fail. */
export interface Bug {
  /** What goes wrong, for somebody who knows OpenStack and Helm. */
  readonly name: string;
  /** Where it is planted. */
  readonly file: string;
  /** Text that stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: Suite;
}

/** All tests of a file. */
export const tests = (file: string): Suite => ({ file });

/** The law, for one chart and one Helm: others would take longer and find the same. */
export const equality = (chart: 'keystone' | 'memcached' | 'openstack', what = ''): Suite => ({
  file: 'test/equality.test.ts',
  only: `helm v3\\S* ${chart} ${what}`.trim(),
});

/** The snapshots, without Helm. */
export const plainSnapshots: Suite = { file: 'test/snapshots.test.ts', only: 'from the plain rendering' };
