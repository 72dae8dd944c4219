import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picksOf, typesOf } from './generate';
import { crdsOf, operators } from './operators';

/** The folder with the types of all operators. */
export const TYPES = join('lib', 'kubernetes', 'crds');

/** The types of an operator's objects, as its file holds them. */
export function typesOfOperator(name: string, root: string): string {
  const { module, version, picks } = operators[name]!;
  const crds = [...crdsOf(name, root)].map(([plural, yaml]) => ({ yaml, picks: picksOf(picks[plural]!) }));
  return typesOf(`${module} v${version}`, crds);
}

/** Writes the types of all operators into a working copy. */
export function writeTypes(root: string): void {
  mkdirSync(join(root, TYPES), { recursive: true });
  for (const name of Object.keys(operators))
    writeFileSync(join(root, TYPES, `${name}.ts`), typesOfOperator(name, root));
}
