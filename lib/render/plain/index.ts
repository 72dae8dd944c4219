import { Expression, JsonMap } from '../../values/expression';
import { Template } from '../../values/tree';
import { Environment, evaluate, holds, iterate, textOf } from './expression';
import { buildMap } from './node';

/** Who is installed where: Helm's `.Release`. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** What must hold for a chart's values, said in the user's words. */
export interface Requirement {
  readonly test: Expression;
  /** The value to set: `['global', 'passwords', 'keystone_admin_password']`. */
  readonly path: readonly string[];
  readonly message: string;
}

/** One rendered object, and the template it comes from. */
export interface Rendered {
  readonly template: string;
  readonly object: JsonMap;
}

/** The text of an expression with these values. */
export const textWith = (e: Expression, values: JsonMap, release: Release): string =>
  textOf(evaluate(e, environment(values, release)));

/** Renders templates with all values known. Objects whose guard fails are left out. */
export function renderPlain(templates: readonly Template[], values: JsonMap, release: Release): Rendered[] {
  const env = environment(values, release);
  return templates.flatMap(({ name, loop, guard, root }) => {
    const rounds = loop ? iterate(loop, env) : [env];
    return rounds
      .filter((round) => !guard || holds(guard, round))
      .map((round) => ({
        template: loop?.key ? `${name}-${textOf(round[loop.key]!)}` : name,
        object: buildMap(root, round),
      }));
  });
}

/** The requirements that these values do not meet. */
export function unmet(requirements: readonly Requirement[], values: JsonMap, release: Release): Requirement[] {
  const env = environment(values, release);
  return requirements.filter(({ test }) => !holds(test, env));
}

const environment = (values: JsonMap, { name, namespace }: Release): Environment => ({
  Values: values,
  Release: { Name: name, Namespace: namespace },
});
