import { Expression, Loop, childrenOf, pathOf, sourcesOf } from '../values/expression';
import { Node, Template, literalAt } from '../values/tree';
import { isAny } from './value-path';

/** An object that is made of a value. */
export interface ValueUse {
  /** `Deployment/keystone-api`. What of its name is only known with all values is a `*`. */
  readonly object: string;
  /** Where in it the value, or what depends on it, stands: `spec.replicas`. */
  readonly fields: readonly string[];
  /** The value decides whether the object is there. */
  readonly decides: boolean;
  /** The value is a part of a digest in the object: it rolls, or is made anew, when the value changes. */
  readonly rolls: boolean;
}

/** How a template reads a value: prints it or tests it somewhere, asks whether the object is there, or digests it. */
type Manner = 'field' | 'guard' | 'digest';

interface Reading {
  /** A `*` for each key of a map, or item of a list, over which there is a loop. */
  readonly path: readonly string[];
  /** Nothing is read of what is inside: a loop goes over it, or a test asks whether it is empty. */
  readonly shallow: boolean;
  readonly manner: Manner;
  readonly field: string;
}

/** The objects that are made of a value of a chart, or of something inside it. */
export function usesOf(templates: readonly Template[], path: readonly string[]): ValueUse[] {
  return templates.flatMap((template) => {
    const readings = readingsOf(template).filter((reading) => reads(reading, path));
    if (readings.length === 0) return [];
    const having = (manner: Manner): Reading[] => readings.filter((reading) => reading.manner === manner);
    return [
      {
        object: objectOf(template),
        fields: [...new Set(having('field').map(({ field }) => field))],
        decides: having('guard').length > 0,
        rolls: having('digest').length > 0,
      },
    ];
  });
}

function reads({ path, shallow }: Reading, wanted: readonly string[]): boolean {
  const length = Math.min(path.length, wanted.length);
  const same = (i: number): boolean => path[i] === wanted[i] || isAny(path[i]!) || isAny(wanted[i]!);
  return (!shallow || wanted.length <= path.length) && Array.from({ length }, (_, i) => i).every(same);
}

const known = new WeakMap<Template, readonly Reading[]>();

function readingsOf(template: Template): readonly Reading[] {
  let readings = known.get(template);
  if (!readings) {
    readings = read(template);
    known.set(template, readings);
  }
  return readings;
}

/** The paths that the variables of loops stand for. */
type Variables = ReadonlyMap<string, readonly string[]>;

function read({ root, loop, guard }: Template): Reading[] {
  const readings: Reading[] = [];
  const walk = (e: Expression, variables: Variables, manner: Manner, field: string): void =>
    visit(e, variables, (path, shallow, inDigest) => {
      readings.push({ path, shallow, manner: inDigest ? 'digest' : manner, field });
    });
  const go = (node: Node, path: readonly (string | number)[], variables: Variables): void => {
    const field = pathOf(path);
    switch (node.node) {
      case 'value':
        return walk(node.expression, variables, 'field', field);
      case 'map':
        return node.entries.forEach((entry) =>
          'spread' in entry
            ? walk(entry.spread, variables, 'field', field)
            : go(entry.value, [...path, entry.key], variables),
        );
      case 'list':
        return node.items.forEach((item, i) => go(item, [...path, i], variables));
      case 'when':
        walk(node.test, variables, 'field', field);
        go(node.then, path, variables);
        return node.otherwise && go(node.otherwise, path, variables);
      case 'each':
        for (const source of sourcesOf(node.loop)) walk(asLoop(source), variables, 'field', field);
        return go(node.body, path, within(node.loop, variables));
    }
  };
  const top = loop ? within(loop, new Map()) : new Map<string, readonly string[]>();
  if (loop) for (const source of sourcesOf(loop)) walk(asLoop(source), new Map(), 'guard', '');
  if (guard) walk(guard, top, 'guard', '');
  go(root, [], top);
  return readings;
}

/** What a loop goes over is asked for its entries, not for what is in them. */
const asLoop = (source: Expression): Expression => ({ op: 'isSet', kind: 'boolean', argument: source });

/** The variables of a loop, beside those around it. */
function within({ source, variable, key, beside }: Loop, variables: Variables): Variables {
  const entriesOf = (e: Expression): readonly string[] | undefined => {
    const path = pathIn(e, variables);
    return path && [...path, '*'];
  };
  const inner = new Map(variables);
  const set = (name: string, path: readonly string[] | undefined): void => {
    if (path) inner.set(name, path);
    else inner.delete(name);
  };
  set(variable, entriesOf(source));
  if (key !== undefined) set(key, undefined);
  if (beside) set(beside.variable, entriesOf(beside.source));
  return inner;
}

/** Where the value is that an expression refers to, if it is one. */
function pathIn(e: Expression, variables: Variables): readonly string[] | undefined {
  if (e.op === 'without') return pathIn(e.argument, variables);
  if (e.op !== 'reference') return undefined;
  if (e.root === 'Values') return e.path;
  const base = variables.get(e.root);
  return base && [...base, ...e.path];
}

/** Every value that an expression reads. */
function visit(
  e: Expression,
  variables: Variables,
  report: (path: readonly string[], shallow: boolean, inDigest: boolean) => void,
): void {
  const named = new Set<string>();
  const go = (x: Expression, inner: Variables, inDigest: boolean, shallow = false): void => {
    const next = (child: Expression): void => go(child, inner, inDigest);
    switch (x.op) {
      case 'reference': {
        const path = pathIn(x, inner);
        return path && report(path, shallow, inDigest);
      }
      case 'isSet':
        return go(x.argument, inner, inDigest, true);
      case 'hasKey':
        go(x.map, inner, inDigest, true);
        return next(x.key);
      case 'digest':
        return x.parts.forEach((part) => go(part, inner, true));
      case 'join':
        for (const source of sourcesOf(x.loop)) go(source, inner, inDigest, true);
        return go(x.body, within(x.loop, inner), inDigest);
      case 'named': {
        // A text is the same wherever it is used.
        const id = `${x.name} ${inDigest}`;
        if (named.has(id)) return;
        named.add(id);
        return next(x.body);
      }
      default:
        return childrenOf(x).forEach(next);
    }
  };
  go(e, variables, false);
}

/** `Job/keystone-bootstrap-*` */
function objectOf({ root }: Template): string {
  const metadata = root.entries.find((entry) => 'key' in entry && entry.key === 'metadata');
  const map = metadata && 'value' in metadata ? metadata.value : undefined;
  const name = map?.node === 'map' ? map.entries.find((entry) => 'key' in entry && entry.key === 'name') : undefined;
  const text = name && 'value' in name && name.value.node === 'value' ? roughly(name.value.expression) : '*';
  return `${literalAt(root, ['kind']) ?? '*'}/${text}`;
}

function roughly(e: Expression): string {
  if (e.op === 'literal') return String(e.value);
  if (e.op === 'named') return roughly(e.body);
  return e.op === 'concat' ? e.parts.map(roughly).join('') : '*';
}
