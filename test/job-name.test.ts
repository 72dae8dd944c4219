import fc from 'fast-check';
import type { JsonMap } from '../lib/values/expression';
import { mergeLayers } from '../lib/values/merge';
import { validValues } from './support/arbitrary';
import { withAddresses } from './support/cloud-values';
import { cloudOf, required } from './support/clouds';

/**
 * A Job's template cannot change, so whatever changes it must change its name: of any two sets of values, the one may
 * be an upgrade of the other.
 */
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const cloud = cloudOf();
const keystone = cloud.services.find((service) => service.node.id === 'keystone')!;

const jobOf = (values: JsonMap): { readonly name: string; readonly spec: string } => {
  const job = cloud.renderService(keystone, values).find(({ kind }) => kind === 'Job')!;
  return { name: (job['metadata'] as { name: string }).name, spec: JSON.stringify(job['spec']) };
};

const withSecretOfOwn = mergeLayers(required, { global: { passwords: { existingSecret: 'passwords' } } });

test.each([
  ['passwords in the values', required],
  ['a Secret of the user', withSecretOfOwn],
  ['and a keystone.conf of the user', mergeLayers(withSecretOfOwn, { files: { 'keystone.conf': '[DEFAULT]\n' } })],
])(`one value changed, %s: same name, same Job (SEED=${SEED})`, (_, base) => {
  const properties = Object.entries(keystone.model.jsonSchema.properties ?? {});
  for (const [key, schema] of properties.filter(([name]) => name !== 'enabled')) {
    const before = jobOf(base);
    for (const value of fc.sample(validValues(schema), { seed: SEED, numRuns: 20 })) {
      const after = jobOf(withAddresses(keystone, mergeLayers(mergeLayers(base, { [key]: value }), required)));
      if (after.name === before.name) expect([key, value, after.spec]).toEqual([key, value, before.spec]);
    }
  }
});
