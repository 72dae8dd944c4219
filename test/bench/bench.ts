import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Cloud, readValues } from '../../lib/cloud';
import { catalogue } from '../../services';
import { compile } from '../support/compile';
import { passwords } from '../support/passwords';
import { chartFigures } from './charts';
import { Figure, isMissed, table } from './figure';
import { optionFigures } from './options';
import { scaleFigures } from './scale';
import { synthFigures } from './synth';

/**
 * Measures all that has a bound, prints a table, and writes it to `.cache/bench.json`. Whole processes, medians of
 * several runs; a ratio compares runs that took turns.
 *
 * @returns whether every figure is within its bound
 */
function bench(root: string): boolean {
  // Not the machine's folder for temporary files: where it is crowded, each new file costs much more.
  const folder = join(root, '.cache', 'bench');
  rmSync(folder, { recursive: true, force: true });
  // What is measured is the compiled project, and programs that are compiled beside it.
  for (const source of ['test/bench', 'test/support/passwords.ts']) compile(source, folder);
  for (const built of ['lib', 'services']) symlinkSync(join(root, 'build', built), join(folder, built));
  try {
    cpSync(join(root, 'clouds'), join(folder, 'clouds'), { recursive: true });
    writeFileSync(join(folder, 'passwords.yaml'), JSON.stringify(passwords));
    const figures = [
      ...synthFigures(root, folder, aioCloud(root)),
      ...scaleFigures(root, folder),
      ...chartFigures(folder, aioCloud(root)),
      ...optionFigures(root, folder),
    ];
    report(root, figures);
    return !figures.some(isMissed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function aioCloud(root: string): Cloud {
  const cloud = new Cloud({ values: [readValues(join(root, 'clouds', 'aio.yaml')), passwords] });
  for (const Service of Object.values(catalogue)) new Service(cloud);
  return cloud;
}

function report(root: string, figures: readonly Figure[]): void {
  const file = join(root, '.cache', 'bench.json');
  const machine = { node: process.version, platform: process.platform, arch: process.arch, cpus: cpus().length };
  const results = figures.map((figure) => (figure.bound === undefined ? figure : { ...figure, ok: !isMissed(figure) }));
  writeFileSync(file, `${JSON.stringify({ ...machine, figures: results }, null, 2)}\n`);
  console.log(table(figures));
  for (const { name, found, unit, bound } of figures.filter(isMissed)) {
    console.error(`MISSED: ${name}: ${found.toFixed(3)} ${unit}, at most ${String(bound)} ${unit}`);
  }
}

process.exitCode = bench(join(__dirname, '..', '..')) ? 0 : 1;
