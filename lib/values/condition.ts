import { Construct } from 'constructs';
import { Expression } from './expression';
import { Value } from './value';

const CONDITION = 'kolla-cdk8s:condition';

/** Every object at or below `scope` is there only if `test` holds. */
export function onlyIf<C extends Construct>(scope: C, test: Value<boolean>): C {
  scope.node.addMetadata(CONDITION, test.expression);
  return scope;
}

/** The condition that an object and what it stands in were given. */
export function conditionOf(object: Construct): Expression | undefined {
  const tests = object.node.scopes
    .flatMap((scope) => scope.node.metadata)
    .filter(({ type }) => type === CONDITION)
    .map(({ data }) => data as Expression);
  return tests.length < 2 ? tests[0] : { op: 'all', kind: 'boolean', tests };
}
