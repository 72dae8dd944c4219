import { Expression, Loop, Reference, childrenOf, pathOf, sourcesOf } from '../values/expression';
import { JsonSchema } from '../values/json-schema';
import { Model } from '../values/model';
import { nearest } from '../values/nearest';
import { Node, Template, isContainer, walkTemplate } from '../values/tree';
import { ServiceChart } from '../kubernetes/service-chart';
import { wrongOptions } from './own-options';

/**
 * Checks what a chart's constructs have made, before anything is rendered: every handle belongs to the chart, no
 * secret stands outside a Secret, nothing prints a value that may be missing, every value is used, and a service takes
 * the options that we set.
 *
 * @throws Error with every finding
 */
export function checkChart(chart: ServiceChart, templates: readonly Template[]): void {
  const findings = new Set<string>();
  const used = new Set<string>();
  const name = chart.node.id;
  const visit = (origin: string) => (e: Expression) => {
    if (e.op === 'ini') for (const finding of wrongOptions(e, chart.model)) findings.add(`${origin}: ${finding}`);
    if (e.op !== 'reference' || e.root !== 'Values') return;
    used.add(e.path.join('\0'));
    const finding = ownership(e, chart.model, name);
    if (finding) findings.add(`${origin}: ${finding}`);
  };
  const walked = new Set<Expression>();
  for (const template of templates) {
    walkTemplate(template, visit(template.origin), walked);
    for (const finding of [...secretsIn(template), ...unguarded(template)]) findings.add(finding);
  }
  for (const { test } of chart.requirements) walkTest(test, visit(`${name}: require`));
  for (const leaf of unusedLeaves(chart.model, used))
    findings.add(`${name}: no template uses the value ${pathOf(leaf)}`);
  if (findings.size > 0)
    throw new Error(`the constructs of ${name} do not fit together:\n  ${[...findings].join('\n  ')}`);
}

function walkTest(e: Expression, visit: (e: Expression) => void): void {
  visit(e);
  childrenOf(e).forEach((child) => walkTest(child, visit));
}

/** A handle of another chart, or one that its model does not have. */
function ownership({ owner, path }: Reference, model: Model, chart: string): string | undefined {
  if (owner !== chart && owner !== 'global') return `${pathOf(path)} is a value of ${owner}, not of ${chart}`;
  let schema: JsonSchema | undefined = model.jsonSchema;
  for (const key of path) {
    const properties: NonNullable<JsonSchema['properties']> = schema.properties ?? {};
    schema = properties[key];
    if (!schema) {
      const close = nearest(key, Object.keys(properties));
      return `${chart} has no value ${pathOf(path)}${close ? `; did you mean '${close}'?` : ''}`;
    }
  }
  return undefined;
}

/** `global` serves all charts, and `enabled` the umbrella. */
const unusedLeaves = (model: Model, used: ReadonlySet<string>): string[][] =>
  model.leaves().filter((leaf) => leaf[0] !== 'global' && leaf[0] !== 'enabled' && !used.has(leaf.join('\0')));

/** The loops around an expression, by their variables. */
type Loops = ReadonlyMap<string, Loop>;
const within = (loop: Loop, loops: Loops): Loops => new Map([...loops, [loop.variable, loop]]);

/** Secrets may stand in the data of a Secret, and go into digests. */
function secretsIn(template: Template): string[] {
  const findings: string[] = [];
  const go = (node: Node, path: readonly string[], loops: Loops): void => {
    const look = (e: Expression): void => {
      const secret = secretIn(e, loops);
      const allowed = template.secret && (path[0] === 'data' || path[0] === 'stringData');
      if (secret !== undefined && !allowed)
        findings.push(`${template.origin}: the secret ${secret} would stand in ${path.join('.')}`);
    };
    switch (node.node) {
      case 'value':
        return look(node.expression);
      case 'map':
        return node.entries.forEach((e) => ('spread' in e ? look(e.spread) : go(e.value, [...path, e.key], loops)));
      case 'list':
        return node.items.forEach((item) => go(item, path, loops));
      case 'when':
        go(node.then, path, loops);
        return node.otherwise && go(node.otherwise, path, loops);
      case 'each':
        // A loop prints what its body does; a model's list knows of its items whether they are secret.
        if (node.loop.source.op !== 'reference') look(node.loop.source);
        return go(node.body, path, within(node.loop, loops));
    }
  };
  go(template.root, [], template.loop ? within(template.loop, new Map()) : new Map());
  return findings;
}

/** The path of a secret that an expression prints. */
function secretIn(e: Expression, loops: Loops): string | undefined {
  if (e.op === 'reference') return e.secret ? nameOf(e, loops) : undefined;
  if (e.op === 'digest' || e.op === 'isSet') return undefined;
  if (e.op === 'join') {
    const source = e.loop.source.op === 'reference' ? undefined : secretIn(e.loop.source, loops);
    return source ?? secretIn(e.body, within(e.loop, loops));
  }
  for (const child of childrenOf(e)) {
    const found = secretIn(child, loops);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `users[*].password`, for a variable of a loop over `users`. */
function nameOf({ root, path }: Reference, loops: Loops): string {
  const source = loops.get(root)?.source;
  if (source?.op !== 'reference') return pathOf(path);
  return `${nameOf(source, loops)}[*]${pathOf(['', ...path]).slice('[""]'.length)}`;
}

/** Places where an optional value is printed though it may be missing. */
function unguarded(template: Template): string[] {
  const findings: string[] = [];
  const report = (e: Reference, path: readonly string[]): void => {
    findings.push(
      `${template.origin}: ${pathOf(e.path)} may be missing where ${path.join('.') || 'the condition'} uses it; use when(isSet(…), …) or .or(…)`,
    );
  };
  const go = (node: Node, known: ReadonlySet<string>, path: readonly string[]): void => {
    const look = (e: Expression): void => checkOptional(e, known, (r) => report(r, path));
    switch (node.node) {
      case 'value':
        return isContainer(node.expression) && node.expression.op === 'reference' ? undefined : look(node.expression);
      case 'map':
        return node.entries.forEach((e) => ('spread' in e ? undefined : go(e.value, known, [...path, e.key])));
      case 'list':
        return node.items.forEach((item) => go(item, known, path));
      case 'when':
        look(node.test);
        go(node.then, union(known, implied(node.test)), path);
        return node.otherwise && go(node.otherwise, union(known, impliedByFailure(node.test)), path);
      case 'each':
        return go(node.body, known, path);
    }
  };
  go(template.root, template.guard ? implied(template.guard) : new Set(), []);
  return findings;
}

const idOf = (e: Expression): string => (e.op === 'reference' ? [e.root, ...e.path].join('\0') : JSON.stringify(e));
const union = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> => new Set([...a, ...b]);

function checkOptional(e: Expression, known: ReadonlySet<string>, report: (r: Reference) => void): void {
  switch (e.op) {
    case 'reference':
      if (e.optional && !known.has(idOf(e))) report(e);
      return;
    // JSON of what is missing is null in both renderings, unless Helm is to make an integer of it.
    case 'json':
      if (e.argument.op === 'reference' && e.argument.kind !== 'integer') return;
      return checkOptional(e.argument, known, report);
    case 'isSet':
      return e.argument.op === 'reference' ? undefined : checkOptional(e.argument, known, report);
    // A map or list that is missing has no rounds.
    case 'join':
      sourcesOf(e.loop).forEach((source) =>
        source.op === 'reference' ? undefined : checkOptional(source, known, report),
      );
      return checkOptional(e.body, known, report);
    // One that is missing adds nothing.
    case 'merged':
      return e.maps.forEach((map) => (map.op === 'reference' ? undefined : checkOptional(map, known, report)));
    case 'choose':
      checkOptional(e.test, known, report);
      checkOptional(e.then, union(known, implied(e.test)), report);
      return checkOptional(e.otherwise, union(known, impliedByFailure(e.test)), report);
    case 'all':
    case 'any':
      // Go reads no further than it must, and so do we.
      e.tests.reduce((before, test) => {
        checkOptional(test, before, report);
        return union(before, e.op === 'all' ? implied(test) : impliedByFailure(test));
      }, known);
      return;
    case 'ini':
      for (const option of e.sections.flatMap((section) => section.options)) {
        if (option.test) checkOptional(option.test, known, report);
        const inside = option.test ? union(known, implied(option.test)) : known;
        option.values.forEach((value) => checkOptional(value, inside, report));
      }
      return;
    default:
      childrenOf(e).forEach((child) => checkOptional(child, known, report));
  }
}

/** The values that are there when a test holds. */
function implied(test: Expression): ReadonlySet<string> {
  if (test.op === 'isSet') return new Set([idOf(test.argument)]);
  if (test.op === 'all')
    return test.tests.reduce<ReadonlySet<string>>((known, t) => union(known, implied(t)), new Set());
  return test.op === 'not' ? impliedByFailure(test.argument) : new Set();
}

/** The values that are there when a test does not hold. */
const impliedByFailure = (test: Expression): ReadonlySet<string> =>
  test.op === 'not' ? implied(test.argument) : new Set();
