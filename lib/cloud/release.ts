import type { Release } from '../render/plain';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** Helm's own rule for release names (chartutil.ValidateReleaseName, the same in Helm 3 and 4). */
const NAME = {
  pattern: new RegExp(`^${LABEL}(\\.${LABEL})*$`),
  most: 53,
  characters: "lower-case letters, digits, '-' and '.'",
};
/** What Kubernetes takes for a namespace: an RFC 1123 label. */
const NAMESPACE = { pattern: new RegExp(`^${LABEL}$`), most: 63, characters: "lower-case letters, digits and '-'" };

/**
 * Checks Helm's release name and the namespace.
 *
 * @throws Error with what was found and what is allowed, of both
 */
export function checkRelease({ name, namespace }: Release): void {
  const findings = [
    ['release name', wrong(name, NAME)],
    ['namespace', wrongNamespace(namespace)],
  ].flatMap(([what, finding]) => (finding === undefined ? [] : [`the ${what}: ${finding}`]));
  if (findings.length > 0) throw new Error(findings.join('\n'));
}

/** What was found and what is allowed; undefined where it is a namespace. */
export const wrongNamespace = (found: string): string | undefined => wrong(found, NAMESPACE);

function wrong(found: string, { pattern, most, characters }: typeof NAME): string | undefined {
  if (found.length <= most && pattern.test(found)) return undefined;
  const length = found.length > most ? ` of ${found.length} characters` : '';
  const allowed = `at most ${most} ${characters}, with a letter or digit at both ends`;
  return `found ${JSON.stringify(found)}${length}, allowed are ${allowed}`;
}
