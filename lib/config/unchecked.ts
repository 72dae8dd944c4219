/** The key of a user's map under which stands what no table knows. */
export const UNCHECKED = 'unchecked';
