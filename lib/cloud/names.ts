import { Template, literalAt } from '../values/tree';
import { UMBRELLA } from './umbrella';

/** What Kubernetes takes for the name of an object (RFC 1123, a DNS subdomain). */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** The umbrella's own name, and the block that all charts share. */
const RESERVED = [UMBRELLA, 'global'];

/**
 * Checks names, as far as they are known before any value is: the chart's, and those of its objects.
 *
 * @throws Error with every finding
 */
export function checkNames(chart: string, templates: readonly Template[]): void {
  const findings: string[] = [];
  if (RESERVED.includes(chart) || !/^[a-z][-a-z0-9]*$/.test(chart)) {
    findings.push(
      `'${chart}' is no name for a chart: lower-case letters, digits and '-', and neither ${RESERVED.join(' nor ')}`,
    );
  }
  const known = new Map<string, string>();
  for (const { origin, root, guard } of templates) {
    const [kind, name] = [literalAt(root, ['kind']), literalAt(root, ['metadata', 'name'])];
    if (kind === undefined || name === undefined) continue;
    if (!NAME.test(name)) {
      findings.push(`${origin}: '${name}' is no name for a ${kind}: lower-case letters, digits, '-' and '.'`);
    }
    // Two objects with conditions may stand for one another.
    if (guard) continue;
    const before = known.get(`${kind}/${name}`);
    if (before !== undefined) findings.push(`${origin}: makes the ${kind} ${name}, as ${before} does`);
    known.set(`${kind}/${name}`, origin);
  }
  if (findings.length > 0) throw new Error(`names in ${chart}:\n  ${findings.join('\n  ')}`);
}
