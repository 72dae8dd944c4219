import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Figure } from './figure';
import { Run, inTurn, median, medianCpu, run } from './measure';

const COUNTS: readonly number[] = [0, 10, 20, 40, 80, 160];
const MIB = 1024 * 1024;

/** A cloud of many services: forty is what OpenStack has. `copies.ts` renders and packs them. */
export function scaleFigures(root: string, folder: string): Figure[] {
  const program = [process.execPath, join(folder, 'test', 'bench', 'copies.js')];
  const copies = (count: number, ...outdir: string[]): Run => run([...program, String(count), root, ...outdir]);
  const written = (count: number): Run => {
    const outdir = mkdtempSync(join(folder, 'copies-'));
    const found = copies(count, outdir);
    rmSync(outdir, { recursive: true });
    return found;
  };
  const forty = inTurn(
    new Map([
      ['made', () => copies(40)],
      ['written', () => written(40)],
    ]),
    5,
  );
  const [made, onDisk] = [forty.get('made')!, forty.get('written')!];
  const runs = inTurn(new Map(COUNTS.map((count) => [count, () => copies(count)])), 3);
  const cpu = (count: number): number => medianCpu(runs.get(count)!);
  // The power of their number by which the cost of copies grows: 1 is linear, 2 quadratic.
  const power = (few: number, many: number): number =>
    Math.log((cpu(many) - cpu(0)) / (cpu(few) - cpu(0))) / Math.log(many / few);

  return [
    { name: '40 copies of keystone', found: median(made.map(({ wall }) => wall)), unit: 's', bound: 2.5 },
    { name: '40 copies, CPU of all threads', found: medianCpu(made), unit: 's' },
    { name: '40 copies, CPU, written to disk too', found: medianCpu(onDisk), unit: 's' },
    { name: '40 copies of keystone, peak memory', found: memory(made), unit: 'MiB', bound: 250 },
    { name: '40 copies, peak memory, written to disk too', found: memory(onDisk), unit: 'MiB' },
    { name: '10 to 160 copies, growth of CPU', found: power(10, 160), unit: 'power', bound: 1.1 },
    { name: '40 to 160 copies, growth of CPU', found: power(40, 160), unit: 'power', bound: 1.1 },
    ...COUNTS.slice(1).flatMap((count) => [
      { name: `${count} copies, CPU of each`, found: ((cpu(count) - cpu(0)) / count) * 1000, unit: 'ms' },
      { name: `${count} copies, peak memory`, found: memory(runs.get(count)!), unit: 'MiB' },
    ]),
  ];
}

const memory = (runs: readonly Run[]): number => median(runs.map(({ stdout }) => Number(stdout))) / MIB;
