// Compiles the benchmark beside what `npm run build` has built, and runs it: what is measured is the compiled project.
import swc from '@swc/core';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, '.cache', 'bench');
rmSync(folder, { recursive: true, force: true });
for (const source of ['test/bench', 'test/support', 'tools/toolchain']) {
  mkdirSync(join(folder, source), { recursive: true });
  for (const name of readdirSync(join(root, source))) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const { code } = swc.transformFileSync(join(root, source, name), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
      swcrc: false,
    });
    writeFileSync(join(folder, source, name.replace(/\.ts$/, '.js')), code);
  }
}
for (const built of ['lib', 'services', 'cli', 'main.js']) symlinkSync(join(root, 'build', built), join(folder, built));

process.env.TOOLCHAIN_CACHE ??= join(root, '.cache', 'bin');
const { bench } = createRequire(import.meta.url)(join(folder, 'test', 'bench', 'bench.js'));
process.exitCode = bench(root) ? 0 : 1;
