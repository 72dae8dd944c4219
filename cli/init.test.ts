import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readValues } from '../lib/cloud';
import { messageOf } from '../test/support/message-of';
import { initCloud } from './init';
import { profiles, textOfProfile } from './profiles';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
/** Paths are shortened to names in what it says. */
function init(profile = 'aio', into = folder): string {
  const lines: string[] = [];
  initCloud({ folder: into, profile, schema: '{}\n', passwords: ['database_password'], print: (l) => lines.push(l) });
  return lines.join('\n').replaceAll(`${folder}/`, '');
}

test('there is a profile for each example of a cloud', () => {
  expect(profiles()).toEqual(['aio', 'cells', 'compute-pools', 'external-infra', 'ha', 'operators']);
});

test.each(profiles())('a new cloud is the example %s, with its schema and passwords', (profile) => {
  init(profile);
  expect(read('cloud.yaml')).toBe(`# yaml-language-server: $schema=./cloud.schema.json\n${textOfProfile(profile)}`);
  expect(read('cloud.schema.json')).toBe('{}\n');
  expect(readValues(join(folder, 'passwords.yaml'))).toEqual({
    global: { passwords: { database_password: expect.stringMatching(/^\w{40}$/) } },
  });
  expect(statSync(join(folder, 'passwords.yaml')).mode & 0o777).toBe(0o600);
});

test('it says what each file is, and what to type next', () => {
  expect(init()).toBe(`cloud.yaml: the cloud, as in the profile 'aio'. What has to be yours in it: names, addresses
cloud.schema.json: by it an editor completes and checks the cloud
passwords.yaml: its passwords, readable by you alone; not for git

Next, when you have changed the cloud to what is yours:
  kolla-cdk8s validate -c cloud.yaml -c passwords.yaml
  kolla-cdk8s synth -c cloud.yaml -c passwords.yaml`);
});

test.each([
  [['cloud.yaml'], 'cloud.yaml: there already'],
  [['cloud.yaml', 'cloud.schema.json'], 'cloud.yaml and cloud.schema.json: there already'],
])('%j: left as it is, and nothing is written', (names, message) => {
  for (const name of names) writeFileSync(join(folder, name), 'ours');
  let said = '';
  try {
    init();
  } catch (error) {
    said = (error as Error).message.replaceAll(`${folder}/`, '');
  }
  expect(said).toBe(`${message}, and left as it is; give another folder with --out, or take it away`);
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
  for (const name of names) expect(read(name)).toBe('ours');
});

test('passwords that are there stay', () => {
  writeFileSync(join(folder, 'passwords.yaml'), 'global: { passwords: { database_password: "ours" } }');
  init();
  expect(read('passwords.yaml')).toContain('"ours"');
});

test('a file of passwords that is none is refused, and nothing is written', () => {
  writeFileSync(join(folder, 'passwords.yaml'), '- a\n');
  expect(messageOf(() => init())).toBe(`${join(folder, 'passwords.yaml')}: found a list, a map is needed`);
  expect(readdirSync(folder)).toEqual(['passwords.yaml']);
});

test('a folder that is not there is made', () => {
  const north = join(folder, 'clouds', 'north');
  init('aio', north);
  expect(existsSync(join(north, 'cloud.yaml'))).toBe(true);
});

test('a link that leads nowhere is not overwritten', () => {
  symlinkSync('nowhere', join(folder, 'cloud.yaml'));
  expect(messageOf(() => init())).toBe(`cannot write ${join(folder, 'cloud.yaml')}: it is there already (EEXIST)`);
  expect(readdirSync(folder)).toEqual(['cloud.yaml']);
});

test('a folder can be made', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const below = join(file, 'north');
  expect(messageOf(() => init('aio', below))).toBe(
    `cannot write ${below}: what should be a folder on its path is a file (ENOTDIR)`,
  );
  expect(messageOf(() => init('aio', ''))).toBe(
    'the folder to write to: found an empty text, the path of a folder is needed',
  );
});
