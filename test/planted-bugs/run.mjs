// Compiles the planted bugs and what plants them, and runs it. Arguments choose bugs by a part of their name or file.
import swc from '@swc/core';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const compiled = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-planted-bugs-'));
// However it ends, it leaves nothing behind: each part removes on exit what it has made.
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

for (const name of readdirSync(here, { recursive: true })) {
  if (!name.endsWith('.ts')) continue;
  const { code } = swc.transformFileSync(join(here, name), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
    swcrc: false,
  });
  mkdirSync(dirname(join(compiled, name)), { recursive: true });
  writeFileSync(join(compiled, name.replace(/\.ts$/, '.js')), code);
}
const { plantedBugs } = createRequire(import.meta.url)(join(compiled, 'planted-bugs.js'));
process.exitCode = (await plantedBugs(root, process.argv.slice(2))) ? 0 : 1;
