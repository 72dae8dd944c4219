// Writes lib/kubernetes/crds/ anew from the CRDs of the operators in operators.ts, with the fields in picks.ts.
import { join } from 'node:path';
import { writeTypes } from './write';

writeTypes(join(__dirname, '..', '..'));
