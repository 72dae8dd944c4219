import { Expression, Quoting, childrenOf, literal, mapPrinted, pathOf, walk } from '../values/expression';
import { Value } from '../values/value';

/** A text in which every secret has been replaced by a hole. */
export interface WithHoles {
  readonly expression: Expression;
  /** The names of the secrets that fill the holes, sorted. */
  readonly secrets: readonly string[];
}

/** What `prepare` takes for the name of a hole; its `HOLE` says the same. */
const HOLE_NAME = /^[a-z0-9_]+$/;

/**
 * Replaces secrets by holes, `@url:keystone_database_password@`, which `prepare` fills in the pod. So what is in a
 * ConfigMap holds no secret. Tests see the secret itself: `when(isSet(password), …)` is there if the password is.
 *
 * @param where the file, for messages
 * @param quoting how a secret is quoted that does not say so itself
 * @throws Error where no hole could stand for a secret
 */
export function withHoles(where: string, text: Expression, quoting: Quoting): WithHoles {
  const secrets = new Map<string, string>();
  const expression = mapPrinted(text, (reference) => {
    if (!reference.secret) return reference;
    const [path, name] = [pathOf(reference.path), keyOf(reference.path)];
    if (reference.root !== 'Values' || reference.kind !== 'string') {
      throw new Error(`${where}: passwords of a list or map have no names for holes; name each of them in the values`);
    }
    if (!HOLE_NAME.test(name)) {
      throw new Error(`${where}: the password ${path} can't have a hole; name it with a-z, 0-9 and _ alone`);
    }
    const other = secrets.get(name) ?? path;
    if (other !== path) {
      throw new Error(
        `${where}: the passwords ${other} and ${path} would fill one hole; give one of them another name`,
      );
    }
    secrets.set(name, path);
    return literal(`@${reference.quoting ?? quoting}:${name}@`);
  });
  walk(expression, (e) => {
    if ((e.op === 'digest' || e.op === 'base64' || e.op === 'json') && holdsSecret(e)) {
      throw new Error(`${where}: ${e.op} of a password can't be filled in the pod; write the password itself`);
    }
  });
  return { expression, secrets: [...secrets.keys()].sort() };
}

/** The key in a Secret of what is at that path: what comes after `passwords`, as one word. */
const keyOf = (path: readonly string[]): string => path.slice(path.lastIndexOf('passwords', -2) + 1 || -1).join('_');

const holdsSecret = (e: Expression): boolean =>
  e.op === 'reference' ? e.secret === true : e.op !== 'isSet' && childrenOf(e).some(holdsSecret);

/** A secret inside a URL: percent-encoded. */
export function inUrl(secret: Value<string>): Value<string> {
  const e = secret.expression;
  if (e.op !== 'reference' || !e.secret) throw new Error('only a password itself can be put into a URL');
  return new Value({ ...e, quoting: 'url' });
}

/** A fact of the node that a pod is on, which `prepare` fills in where its text stands: `name`, or one of its addresses. */
export const nodeFact = (name: string): string => `@node:${name}@`;

/** Whether such a fact stands in a text. */
export const hasNodeFact = (text: string): boolean => /@node:[a-z0-9_]+@/.test(text);
