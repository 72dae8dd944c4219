import { Json, JsonMap } from '../../values/expression';
import { isMap } from '../../values/merge';
import { ListNode, MapNode, Node, presenceOf } from '../../values/tree';
import { Environment, evaluate, holds, iterate } from './expression';

/** The value of a node, or undefined where it is not there. */
export function build(node: Node, env: Environment): Json | undefined {
  switch (node.node) {
    case 'value':
      return holds(presenceOf(node), env) ? evaluate(node.expression, env) : undefined;
    case 'when':
      if (holds(node.test, env)) return build(node.then, env);
      return node.otherwise && build(node.otherwise, env);
    case 'map':
      return holds(presenceOf(node), env) ? buildMap(node, env) : undefined;
    case 'list':
      return holds(presenceOf(node), env) ? buildList(node, env) : undefined;
    case 'each':
      throw new Error('a loop stands inside a list');
  }
}

export function buildMap(node: MapNode, env: Environment): JsonMap {
  const map: JsonMap = {};
  for (const entry of node.entries) {
    if ('spread' in entry) {
      const values = evaluate(entry.spread, env);
      Object.assign(map, isMap(values) ? values : {});
    } else {
      const value = build(entry.value, env);
      if (value !== undefined) map[entry.key] = value;
    }
  }
  return map;
}

function buildList(node: ListNode, env: Environment): Json[] {
  return node.items.flatMap((item) => {
    const environments = item.node === 'each' ? iterate(item.loop, env) : [env];
    const body = item.node === 'each' ? item.body : item;
    // A list of lists stays one: flatMap flattens the array made here, not its members.
    return environments.flatMap((inner) => {
      const value = build(body, inner);
      return value === undefined ? [] : [value];
    });
  });
}
