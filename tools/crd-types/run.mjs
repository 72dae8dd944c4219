// Writes lib/kubernetes/crds/ anew from the CRDs of the operators in operators.ts, with the fields in picks.ts.
import swc from '@swc/core';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const compiled = join(root, '.cache', 'crd-types');
rmSync(compiled, { recursive: true, force: true });
mkdirSync(compiled, { recursive: true });
for (const name of readdirSync(here)) {
  if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
  const { code } = swc.transformFileSync(join(here, name), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    swcrc: false,
  });
  writeFileSync(join(compiled, name.replace(/\.ts$/, '.js')), code);
}
createRequire(import.meta.url)(join(compiled, 'write.js')).writeTypes(root);
