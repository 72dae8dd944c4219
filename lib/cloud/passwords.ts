import { PASSWORDS, PasswordName, isPasswordName } from '../kolla/passwords';
import type { Problem } from '../values/problem';
import { CloudFindings, assertNone } from './findings';

/** The passwords that a cloud needs with its values, and that are not among them. */
export interface LackingPasswords {
  /** Those that can be made. */
  readonly names: readonly PasswordName[];
  /** Those that somebody else has made, such as the keys of an object store: where they go, and that they are needed. */
  readonly given: readonly Problem[];
}

/**
 * The passwords that a cloud lacks, by what its charts ask for: so none of a service that is off, and none where there
 * is a Secret of the user's own.
 *
 * @throws InvalidValues with whatever else is refused of its values
 */
export function lackingPasswords({ problems }: CloudFindings): LackingPasswords {
  assertNone(problems.filter((problem) => !isLackingPassword(problem)));
  const names = new Set(problems.map(nameOf).filter((name) => name !== undefined));
  return { names: [...names].sort(), given: problems.filter((problem) => nameOf(problem) === undefined) };
}

/** `global.passwords` is of all charts, and each chart may have `passwords` of its own. */
const isLackingPassword = ({ path, message }: Problem): boolean =>
  path[1] === 'passwords' && path.length > 2 && message.startsWith('is required');

/** The password that can be made; of a pair of keys its name, whichever half is asked for. */
function nameOf({ path: [block, , name = ''] }: Problem): PasswordName | undefined {
  const known = String(name);
  return block === 'global' && isPasswordName(known) && !PASSWORDS[known].optional ? known : undefined;
}
