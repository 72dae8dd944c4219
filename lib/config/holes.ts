import { Expression, Quoting, literal, mapReferences } from '../values/expression';
import { Value } from '../values/value';

/** A text in which every secret has been replaced by a hole. */
export interface WithHoles {
  readonly expression: Expression;
  /** The names of the secrets that fill the holes, sorted. */
  readonly secrets: readonly string[];
}

/**
 * Replaces secrets by holes, `@url:keystone_database_password@`, which `prepare` fills in the pod. So what is in a
 * ConfigMap holds no secret.
 *
 * @param quoting how a secret is quoted that does not say so itself
 */
export function withHoles(text: Expression, quoting: Quoting): WithHoles {
  const secrets = new Set<string>();
  const expression = mapReferences(text, (reference) => {
    if (!reference.secret) return reference;
    const name = reference.path.at(-1)!;
    secrets.add(name);
    return literal(`@${reference.quoting ?? quoting}:${name}@`);
  });
  return { expression, secrets: [...secrets].sort() };
}

/** A secret inside a URL: percent-encoded. */
export function inUrl(secret: Value<string>): Value<string> {
  const e = secret.expression;
  if (e.op !== 'reference' || !e.secret) throw new Error('only a password itself can be put into a URL');
  return new Value({ ...e, quoting: 'url' });
}
