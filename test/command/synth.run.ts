import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { required } from '../support/clouds';
import { compiledProject } from '../support/project';
import { generator } from '../support/random';

/**
 * What becomes of an output when `synth` is stopped, has no room, or runs twice at once: `npm run test:command`.
 *
 * RUNS times it is killed, 50 by default, at moments that SEED makes again.
 */
const RUNS = Number(process.env['RUNS'] ?? 50);
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-command-'));
const project = compiledProject();
const mounts: string[] = [];
afterAll(() => {
  for (const mount of mounts) execFileSync('umount', ['--lazy', mount]);
  rmSync(folder, { recursive: true });
});

const cloud = (name: string, more: object): string => {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...required, ...more }));
  return file;
};
const clouds = {
  old: cloud('old', {}),
  new: cloud('new', { keystone: { enabled: false }, placement: { api: { replicas: 3 } } }),
};
const args = (values: string, out: string, ...more: string[]): string[] => [
  ...[join(project, 'cli', 'main.js'), 'synth', '-c', values, '-o', out],
  ...more,
];
const synth = (values: string, out: string, ...more: string[]) =>
  spawnSync(process.execPath, args(values, out, ...more), { encoding: 'utf8' });

/** A digest of all files below a folder, but for what a stopped run leaves. */
function contents(out: string): string {
  const hash = createHash('sha256');
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.new-'));
  for (const path of paths.sort().filter((path) => statSync(join(out, path)).isFile())) {
    hash.update(`${path}\n`).update(readFileSync(join(out, path)));
  }
  return hash.digest('hex');
}
const whole = (values: string, name: string): string => {
  const out = join(folder, name);
  expect(synth(values, out)).toMatchObject({ status: 0, stderr: '' });
  return contents(out);
};

let old: string;
let fresh: string;
beforeAll(() => {
  old = whole(clouds.old, 'whole-old');
  fresh = whole(clouds.new, 'whole-new');
  expect(old).not.toBe(fresh);
}, 60_000);

test(`killed at any moment, it leaves the old or the new output, whole: SEED=${SEED} RUNS=${RUNS}`, async () => {
  const out = join(folder, 'killed');
  const next = generator(SEED);
  synth(clouds.old, out);
  const began = Date.now();
  synth(clouds.old, out);
  const takes = Date.now() - began;
  const seen = { old: 0, new: 0, unfinished: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    if (contents(out) !== old) expect(synth(clouds.old, out).status).toBe(0);
    const child = spawn(process.execPath, args(clouds.new, out), { stdio: 'ignore' });
    const ended = new Promise((done) => child.on('close', done));
    // The last part of its time, in which it writes, as often as all that is before.
    const moment = next() < 0.5 ? next() : 0.85 + 0.2 * next();
    await Promise.race([sleep(takes * moment), ended]);
    child.kill('SIGKILL');
    await ended;
    // Some folders are old and some new for less than a millisecond: then the next run says so, and finishes it.
    if (existsSync(join(out, '.replacing'))) {
      seen.unfinished += 1;
      expect(synth(clouds.new, out, '--service', 'memcached', '--only', 'manifests').status).toBe(0);
      continue;
    }
    const found = contents(out);
    expect([old, fresh]).toContain(found);
    seen[found === old ? 'old' : 'new'] += 1;
  }
  console.log(`killed: ${JSON.stringify(seen)}`);
  expect(synth(clouds.new, out).status).toBe(0);
  expect(contents(out)).toBe(fresh);
  expect(readdirSync(out).sort()).toEqual(['charts', 'manifests', 'repository', 'secrets']);
}, 900_000);

test('two at once: the last one wins, whole', async () => {
  const out = join(folder, 'both');
  mkdirSync(out);
  for (let round = 0; round < 3; round += 1) {
    const runs = [clouds.old, clouds.new].map((values) => {
      const child = spawn(process.execPath, args(values, out), { stdio: ['ignore', 'ignore', 'pipe'] });
      return new Promise((done) => child.on('close', done));
    });
    expect(await Promise.all(runs)).toEqual([0, 0]);
    expect([old, fresh]).toContain(contents(out));
    expect(readdirSync(out).sort()).toEqual(['charts', 'manifests', 'repository', 'secrets']);
  }
}, 120_000);

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('on a file system of its own', () => {
  const mount = (name: string, options: string): string => {
    const place = join(folder, name);
    mkdirSync(place);
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', place]);
    mounts.push(place);
    return place;
  };

  test('that is full, it says so, and what was there is unchanged', () => {
    const place = mount('full', 'size=12m');
    const out = join(place, 'out');
    expect(synth(clouds.old, out).status).toBe(0);
    const left = Number(execFileSync('df', ['--output=avail', '-B1', place], { encoding: 'utf8' }).split('\n')[1]);
    writeFileSync(join(place, 'other'), Buffer.alloc(left - 500_000));
    const { status, stderr } = synth(clouds.new, out);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `cannot write ${out}: no space is left (ENOSPC); what was there is unchanged\n`,
    });
    expect(contents(out)).toBe(old);
    expect(readdirSync(out).sort()).toEqual(['charts', 'manifests', 'repository', 'secrets']);
    rmSync(join(place, 'other'));
    expect(synth(clouds.new, out).status).toBe(0);
    expect(contents(out)).toBe(fresh);
  }, 60_000);

  test('that is read-only, it says so', () => {
    const place = mount('read-only', 'size=12m');
    const out = join(place, 'out');
    expect(synth(clouds.old, out).status).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', place]);
    const { status, stderr } = synth(clouds.new, out);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `cannot write ${out}: it is read-only (EROFS)\n` });
    expect(contents(out)).toBe(old);
  }, 60_000);
});
