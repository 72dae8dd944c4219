import { ServiceChart } from '../kubernetes/service-chart';
import type { Release } from '../render/plain';
import { JsonMap, pathOf } from '../values/expression';
import { isMap, mergeLayers } from '../values/merge';
import type { Problem } from '../values/problem';
import { findingsOf } from './findings';

/** What another release of OpenStack makes of a cloud's values. */
export interface UpgradeFindings {
  /** What is refused there. */
  readonly problems: readonly Problem[];
  /** What is otherwise there: of what the values set, and defaults of what they leave. */
  readonly changes: readonly Problem[];
}

/**
 * Judges the values of a cloud for another release of OpenStack, before all its services run that one.
 *
 * @param user all values files in one; accepted as they are
 */
export function upgradeOf(
  services: readonly ServiceChart[],
  user: JsonMap,
  release: Release,
  target: string,
): UpgradeFindings {
  const { problems } = findingsOf(services, atRelease(user, target, services), release);
  const changes = [...findingsOf(services, user, release).values].flatMap(([{ model }, values]) => {
    const from = model.rules?.variantOf(values);
    if (!model.rules || from === undefined || from === target) return [];
    const { rules } = model;
    return model.ruledParts(values).flatMap(({ name, path, entries }) =>
      rules
        .rule(name)
        .changes(entries, from, target)
        .map((change) => ({ ...change, path: [model.chart, ...path, ...change.path] })),
    );
  });
  return { problems, changes };
}

/** The values with every service at a release. */
function atRelease(user: JsonMap, target: string, services: readonly ServiceChart[]): JsonMap {
  const names = new Set(services.map(({ model }) => model.chart));
  const blocks = Object.entries(user).map(([key, block]) => {
    if (!names.has(key) || !isMap(block)) return [key, block];
    const { release: _, ...rest } = block;
    return [key, rest];
  });
  return mergeLayers(Object.fromEntries(blocks) as JsonMap, { global: { release: target } });
}

/** Lines for a person. */
export const upgradeRemarks = ({ problems, changes }: UpgradeFindings): string[] => [
  ...problems.map(({ path, message }) => `refused: ${pathOf(path)} ${message}`),
  ...changes.map(({ path, message }) => `changed: ${pathOf(path)} ${message}`),
];
