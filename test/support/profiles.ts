import { join } from 'node:path';
import { readValues } from '../../lib/cloud';
import type { JsonMap } from '../../lib/values/expression';

const cloudFile = (name: string): JsonMap => readValues(join(__dirname, '..', '..', 'clouds', name));

/** The clouds that reviews and tests look at, each as the values files that make it: all of `clouds/`, and one more. */
export const profiles: { readonly [name: string]: readonly JsonMap[] } = {
  aio: [cloudFile('aio.yaml')],
  ha: [cloudFile('ha.yaml')],
  external: [cloudFile('external-infra.yaml')],
  operators: [cloudFile('operators.yaml')],
  cells: [cloudFile('cells.yaml')],
  'compute-pools': [cloudFile('compute-pools.yaml')],
  'kolla-start': [cloudFile('aio.yaml'), { global: { startMode: 'kolla' } }],
};
