import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { JsonMap } from '../values/expression';
import { isMap } from '../values/merge';

/**
 * Reads a values file as Helm does: YAML 1.1 as Go's parser has it, so `yes` is a string only in quotes.
 *
 * @throws Error with the file, and the line where the YAML is broken
 */
export function readValues(file: string): JsonMap {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  const document = parseDocument(text, { version: '1.1', merge: true, prettyErrors: true });
  const [problem] = document.errors;
  if (problem) throw new Error(`${file}: ${problem.message}`);
  const values: unknown = document.toJS() ?? {};
  if (!isMap(values as JsonMap)) throw new Error(`${file}: a values file is a map, such as 'global: {…}'`);
  return values as JsonMap;
}
