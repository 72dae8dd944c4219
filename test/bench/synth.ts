import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cloud } from '../../lib/cloud';
import { Figure } from './figure';
import { Run, inTurn, median, medianCpu, medianRatio, run } from './measure';

const ROUNDS = 11;

/** What the main job loads before it begins: packages, our code, and the models of all values. */
const OWN_MODULES = "require('./lib/cloud'); require('./services')";

/**
 * The main job, from the start of its process to the end, against the floor: a Node that imports the same packages
 * and prints the same objects with js-yaml, and does nothing else. It loads none of our own code.
 */
export function synthFigures(root: string, folder: string, cloud: Cloud): Figure[] {
  mkdirSync(join(folder, 'out'));
  const floor = writeFloor(root, folder, cloud);
  const runs = inTurn(
    new Map([
      ['synth', () => synth(root, folder)],
      ['floor', () => run([process.execPath, floor], { cwd: folder })],
      ['loaded', () => run([process.execPath, '-e', OWN_MODULES], { cwd: join(root, 'build') })],
      ['node', () => run([process.execPath, '-e', '0'], { cwd: folder })],
    ]),
    ROUNDS,
  );
  const [main, least, loaded, node] = ['synth', 'floor', 'loaded', 'node'].map((name) => runs.get(name)!);
  return [
    {
      name: 'synth of the aio cloud, from start to end, to its floor',
      found: medianRatio(main!, least!, 'wall'),
      unit: '×',
      bound: 2,
    },
    { name: 'synth of the aio cloud, CPU of all threads, to its floor', found: medianRatio(main!, least!), unit: '×' },
    { name: 'synth, CPU', found: medianCpu(main!), unit: 's' },
    { name: 'floor, CPU', found: medianCpu(least!), unit: 's' },
    { name: 'Node alone, CPU', found: medianCpu(node!), unit: 's' },
    { name: 'our own modules loaded, with what they import, CPU', found: medianCpu(loaded!), unit: 's' },
    { name: 'synth, time that passed', found: median(main!.map(({ wall }) => wall)), unit: 's' },
    { name: 'floor, time that passed', found: median(least!.map(({ wall }) => wall)), unit: 's' },
  ];
}

/** Each run writes to a folder of its own, as a first run does. */
function synth(root: string, folder: string, options: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Run {
  const outdir = mkdtempSync(join(folder, 'out', 'synth-'));
  const command = [process.execPath, ...options, join(root, 'build', 'main.js')];
  return run(command, { cwd: folder, env: { CDK8S_OUTDIR: outdir, ...env } });
}

function writeFloor(root: string, folder: string, cloud: Cloud): string {
  const imports = join(folder, 'imports.json');
  synth(root, folder, ['-r', join(folder, 'test', 'bench', 'imports.js')], { IMPORTS: imports });
  const names = JSON.parse(readFileSync(imports, 'utf8')) as string[];
  const [objects, floor] = [join(folder, 'floor.json'), join(folder, 'floor.js')];
  writeFileSync(objects, JSON.stringify(cloud.render().map(({ object }) => object)));
  const program = [
    ...names.map((name) => `require(${JSON.stringify(name)});`),
    `const objects = JSON.parse(require('fs').readFileSync(${JSON.stringify(objects)}, 'utf8'));`,
    "const { dump } = require('js-yaml');",
    "process.stdout.write(objects.map((object) => dump(object, { lineWidth: -1, noRefs: true })).join('---\\n'));",
  ];
  writeFileSync(floor, program.join('\n'));
  return floor;
}
