import { SecretStore, externalSecret } from '../gitops';
import type { ServiceChart } from '../kubernetes/service-chart';
import { unmet } from '../render/plain';
import type { JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import type { Cloud } from './cloud';

/** The folder of what makes Secrets, beside those of the services. No service has its name. */
const FOLDER = 'passwords';

/**
 * What makes the Secrets that `global.passwords.existingSecret` names, with the passwords that the services read: by
 * the path of their file.
 *
 * @throws Error where a service that reads any has a Secret of its chart's own
 */
export function externalSecretsOf(cloud: Cloud, store: SecretStore): ReadonlyMap<string, JsonMap> {
  const keys = new Map<string, Set<string>>();
  for (const [service, values] of cloud.findings().values) {
    const needed = passwordKeysOf(service, values, cloud);
    if (needed.length === 0) continue;
    const secret = existingSecretOf(values);
    if (secret === undefined) {
      throw new Error(
        `${service.node.id}: its chart makes a Secret of its own; for External Secrets, global.passwords.existingSecret has to name one`,
      );
    }
    keys.set(secret, new Set([...(keys.get(secret) ?? []), ...needed]));
  }
  return new Map(
    [...keys].map(([secret, names]) => [`${FOLDER}/${secret}.yaml`, externalSecret(store, secret, [...names].sort())]),
  );
}

/** The keys that a service reads from its Secret, with these values. */
function passwordKeysOf(service: ServiceChart, values: JsonMap, { release }: Cloud): string[] {
  const holds = (test: Parameters<typeof unmet>[0][number]['test'] | undefined): boolean =>
    test === undefined || unmet([{ test, path: [], message: '' }], values, release).length === 0;
  if (!holds(service.guard)) return [];
  return [...service.passwordKeys].flatMap(([name, needed]) => (holds(needed?.expression) ? [name] : []));
}

function existingSecretOf({ global }: JsonMap): string | undefined {
  const passwords = isMap(global) ? global['passwords'] : undefined;
  const name = isMap(passwords) ? passwords['existingSecret'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
