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
  const findings = [...finding('release name', name, NAME), ...finding('namespace', namespace, NAMESPACE)];
  if (findings.length > 0) throw new Error(findings.join('\n'));
}

function finding(what: string, found: string, { pattern, most, characters }: typeof NAME): string[] {
  if (found.length <= most && pattern.test(found)) return [];
  const length = found.length > most ? ` of ${found.length} characters` : '';
  const allowed = `at most ${most} ${characters}, with a letter or digit at both ends`;
  return [`the ${what}: found ${JSON.stringify(found)}${length}, allowed are ${allowed}`];
}
