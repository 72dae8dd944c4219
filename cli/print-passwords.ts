import { readValues } from '../lib/cloud';
import { yaml } from '../lib/cloud/yaml';
import { isMap } from '../lib/values/merge';
import { EXISTING_SECRET } from './synth-options';

export const FORMS = ['json', 'secret'] as const;
export type Form = (typeof FORMS)[number];

/**
 * The passwords of a file as pods read them from a Secret: a key each, and one for each half of a pair.
 *
 * @param form `json`: one object, for a store of secrets; `secret`: a Secret of Kubernetes
 */
export function printedPasswords(file: string, form: Form): string {
  const { global } = readValues(file);
  const passwords = isMap(global) && isMap(global['passwords']) ? global['passwords'] : {};
  const entries = Object.entries(passwords).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return [[name, value]];
    return isMap(value) ? Object.entries(value).map(([half, text]) => [`${name}_${half}`, String(text)]) : [];
  });
  const filled = entries.filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  if (form === 'json') return JSON.stringify(Object.fromEntries(filled), null, 2);
  const data = filled.map(([name, value]): [string, string] => [name, Buffer.from(value).toString('base64')]);
  return yaml({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: EXISTING_SECRET },
    type: 'Opaque',
    data: Object.fromEntries(data),
  }).trimEnd();
}
