import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { tool } from '../tools/toolchain';
import { compile } from './support/compile';

const directory = mkdtempSync(path.join(tmpdir(), 'determinism-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Prints the digests of packages of very different sizes and contents, and of their index. */
const program = `
  const { createHash } = require('crypto');
  const { packChart } = require('./lib/package/archive');
  const { indexYaml } = require('./lib/package/repository');

  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647);
  const words = ['apiVersion: v1\\n', '{{ .Values.replicas | int64 }}', '  - name: keystone-api\\n', 'é', '😀', '\\t'];
  const text = (length) => Array.from({ length }, () => words[random() % 9] ?? random().toString(36)).join('');

  const entries = [0, 1, 7, 300, 9000, 100000].map((length, number) => {
    const chart = { apiVersion: 'v2', name: 'sample', version: '1.0.' + number };
    const files = new Map([['values.yaml', text(length)], ['Chart.yaml', JSON.stringify(chart)], ['charts/a/Chart.yaml', text(3)]]);
    return { chart, bytes: packChart('sample', files) };
  });
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  console.log(JSON.stringify([...entries.map(({ bytes }) => digest(bytes)), digest(indexYaml(entries))]));
`;

test('packages have the same bytes on this Node and on a newer one', () => {
  compile('lib/package/archive.ts', directory);
  compile('lib/package/repository.ts', directory);
  const file = path.join(directory, 'pack.js');
  writeFileSync(file, program);
  const [here, next] = [process.execPath, tool('node-next')].map((node) => ({
    version: execFileSync(node, ['--version'], { encoding: 'utf8' }),
    digests: JSON.parse(execFileSync(node, [file], { encoding: 'utf8' })) as string[],
  }));
  expect(next?.version).not.toBe(here?.version);
  expect(next?.digests).toEqual(here?.digests);
  expect(new Set(here?.digests).size).toBe(7);
}, 300_000);
