import { Expression, concat } from './expression';
import { Entry, MapNode, Node } from './tree';

/** A guard without what its other parts say already. */
export function simplest(guard: Expression): Expression {
  const parts = partsOf(guard).filter((part, i, all) => all.findIndex((other) => same(other, part)) === i);
  const needed = parts.filter(
    (part) =>
      !holds(
        part,
        parts.filter((other) => other !== part),
      ),
  );
  const [only, ...more] = needed;
  return only !== undefined && more.length === 0 ? only : { op: 'all', kind: 'boolean', tests: needed };
}

/** An object's tree without the tests that its guard has answered: it is only there where they hold. */
export const given = (guard: Expression, root: MapNode): MapNode => mapWith(root, partsOf(guard));

/** What holds, each by itself, where a test does. */
export const partsOf = (test: Expression): readonly Expression[] =>
  test.op === 'all' ? test.tests.flatMap(partsOf) : [test];

const same = (a: Expression, b: Expression): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Whether a test must hold where all `facts` do. Not all that follows is found, only what is plain to see. */
export function holds(test: Expression, facts: readonly Expression[]): boolean {
  if (facts.some((fact) => same(fact, test))) return true;
  if (test.op === 'all') return test.tests.every((one) => holds(one, facts));
  if (test.op === 'any') return test.tests.some((one) => holds(one, facts));
  return test.op === 'not' && facts.some((fact) => exclude(fact, test.argument));
}

/** What is one word is no other. */
const exclude = (one: Expression, other: Expression): boolean =>
  one.op === 'is' &&
  other.op === 'is' &&
  one.right.op === 'literal' &&
  other.right.op === 'literal' &&
  one.right.value !== other.right.value &&
  same(one.left, other.left);

const mapWith = ({ entries }: MapNode, facts: readonly Expression[]): MapNode => ({
  node: 'map',
  entries: entries.map((entry): Entry =>
    'spread' in entry ? entry : { ...entry, value: nodeWith(entry.value, facts) },
  ),
});

function nodeWith(node: Node, facts: readonly Expression[]): Node {
  switch (node.node) {
    case 'value':
      return { node: 'value', expression: expressionWith(node.expression, facts) };
    case 'map':
      return mapWith(node, facts);
    case 'list':
      return { node: 'list', items: node.items.map((item) => nodeWith(item, facts)) };
    case 'each':
      return { ...node, body: nodeWith(node.body, facts) };
    case 'when': {
      if (holds(node.test, facts)) return nodeWith(node.then, facts);
      const otherwise = node.otherwise && nodeWith(node.otherwise, facts);
      return {
        ...node,
        test: testWith(node.test, facts),
        then: nodeWith(node.then, facts),
        ...(otherwise && { otherwise }),
      };
    }
  }
}

function testWith(test: Expression, facts: readonly Expression[]): Expression {
  if (test.op !== 'all') return test;
  const open = test.tests.filter((one) => !holds(one, facts)).map((one) => testWith(one, facts));
  const [only, ...more] = open;
  return only !== undefined && more.length === 0 ? only : { ...test, tests: open };
}

/** Of texts with a name there is one, wherever they are used, so they stay as they are. */
function expressionWith(e: Expression, facts: readonly Expression[]): Expression {
  switch (e.op) {
    case 'choose':
      if (holds(e.test, facts)) return expressionWith(e.then, facts);
      return {
        ...e,
        test: testWith(e.test, facts),
        then: expressionWith(e.then, facts),
        otherwise: expressionWith(e.otherwise, facts),
      };
    case 'concat':
      return concat(e.parts.map((part) => expressionWith(part, facts)));
    case 'digest':
      return { ...e, parts: e.parts.map((part) => expressionWith(part, facts)) };
    default:
      return e;
  }
}
