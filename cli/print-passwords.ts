import { readValues } from '../lib/cloud';
import { yaml } from '../lib/cloud/yaml';
import { isMap } from '../lib/values/merge';
import { EXISTING_SECRET } from './synth-options';

export type Form = 'json' | 'secret';

/**
 * The passwords of a file as pods read them from a Secret: a key each, and one for each half of a pair.
 *
 * @param form `json`: one object, for a store of secrets; `secret`: a Secret of Kubernetes
 */
export function printedPasswords(file: string, form: Form): string {
  // Those of all charts are in `global`; a chart may have some of its own.
  const maps = Object.values(readValues(file)).map((block) => (isMap(block) ? block['passwords'] : undefined));
  const passwords = maps.filter(isMap).flatMap((map) => Object.entries(map));
  const entries = passwords.flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return [[name, value]];
    const halves = isMap(value) ? Object.entries(value) : [];
    return halves.flatMap(([half, text]) => (typeof text === 'string' ? [[`${name}_${half}`, text]] : []));
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
