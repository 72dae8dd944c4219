/**
 * All that an error says.
 *
 * @param fail what throws it
 * @throws Error where nothing is thrown
 */
export function messageOf(fail: () => unknown): string {
  try {
    fail();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
