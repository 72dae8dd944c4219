import { ServiceChart } from '../kubernetes/service-chart';
import { Release, unmet } from '../render/plain';
import { Json, JsonMap, pathOf } from '../values/expression';
import { isMap, overDefaults } from '../values/merge';
import { problemsWhileDisabled } from '../values/partial';
import { InvalidValues, Problem } from '../values/problem';
import { UMBRELLA, splitValues } from './umbrella';

/** What is said of the values of a cloud. */
export interface CloudFindings {
  /** What is refused. */
  readonly problems: readonly Problem[];
  /** What is taken and should be looked at. */
  readonly warnings: readonly Problem[];
  /** The paths of options that nothing was said of, for the user has put them where nothing is checked. */
  readonly unchecked: readonly (readonly string[])[];
  /** The values of each enabled service, its defaults in them, if nothing is refused of its own. */
  readonly values: ReadonlyMap<ServiceChart, JsonMap>;
}

/**
 * Judges the values of a cloud: what the umbrella chart is given.
 *
 * @param user all values files in one
 */
export function findingsOf(services: readonly ServiceChart[], user: JsonMap, release: Release): CloudFindings {
  const { blocks, problems: outside } = splitValues(
    user,
    services.map((service) => service.node.id),
  );
  const problems: Problem[] = [...outside, ...problemsOfGlobal(services, user['global'])];
  const missed: Problem[] = [];
  const warnings: Problem[] = [];
  const unchecked: (readonly string[])[] = [];
  const accepted = new Map<ServiceChart, JsonMap>();
  for (const service of services) {
    const { model } = service;
    const name = model.chart;
    const block = blocks.get(name);
    if (!block) continue;
    const inBlock = (p: Problem): Problem => ({ ...p, path: [name, ...p.path] });
    const inEnabled = (p: Problem): Problem => (p.path[0] === 'global' ? p : inBlock(p));
    if (!block.enabled) {
      problems.push(...problemsWhileDisabled(model, block.user).map(inBlock));
      continue;
    }
    const values = overDefaults(model.defaults, block.user);
    const { problems: found, warnings: noted } = model.findings(values);
    problems.push(...found.map(inEnabled));
    warnings.push(...noted.map(inEnabled));
    unchecked.push(...model.ruledParts(values).flatMap(({ path, own }) => leavesOf(own, [name, ...path])));
    if (found.length > 0) continue;
    missed.push(...unmet(service.requirements, values, release).map(inEnabled));
    accepted.set(service, values);
  }
  // As in Helm, what a chart requires beyond its schema is asked only of values that the schemas accept.
  return { problems: distinct(problems.length > 0 ? problems : missed), warnings, unchecked, values: accepted };
}

/** @throws InvalidValues with every problem */
export function assertNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InvalidValues(UMBRELLA, problems);
}

/** What should be looked at, and what nobody has looked at: lines for a person, none where there is nothing to say. */
export function remarksOn({ warnings, unchecked }: CloudFindings): string[] {
  return [
    ...warnings.map(({ path, message }) => `warning: ${pathOf(path)} ${message}`),
    ...unchecked.map((path) => `not checked: ${pathOf(path)}`),
  ];
}

/** What is wrong with `global`, whoever uses it. */
function problemsOfGlobal([service]: readonly ServiceChart[], global: Json | undefined): Problem[] {
  return service && isMap(global) ? problemsWhileDisabled(service.model, { global }) : [];
}

/** `global` is the same for all services, and so are its problems. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byPath = new Map(problems.map((p) => [JSON.stringify(p.path), p]));
  return [...byPath.values()];
}

const leavesOf = (value: Json, path: readonly string[]): (readonly string[])[] =>
  isMap(value) ? Object.entries(value).flatMap(([key, inside]) => leavesOf(inside, [...path, key])) : [path];
