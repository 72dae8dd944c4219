import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { folderOf } from '../test/support/batch';
import { required } from '../test/support/clouds';
import { start } from '../test/support/many-helms';
import { compiledProject } from '../test/support/project';

const folder = folderOf([['cloud.json', JSON.stringify(required)]]);
let project: string;
let registry: string;
const server = createServer((request, response) => {
  const isThere = !request.url!.includes('/nova-ssh/');
  response.writeHead(isThere ? 200 : 404).end();
});
beforeAll(async () => {
  project = compiledProject();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

// No credentials of whoever runs the tests.
const env = { ...process.env, DOCKER_CONFIG: folder };
const images = (...args: string[]) =>
  start(process.execPath, [join(project, 'cli', 'main.js'), 'images', '-c', join(folder, 'cloud.json'), ...args], env);
const KEYSTONE = 'openstack.kolla/keystone:2026.1-debian-trixie';

test('images are listed, a line each, or as JSON', async () => {
  const { status, stdout, stderr } = await images('--set', 'global.registry=registry.example.org');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.trim().split('\n');
  expect(lines).toContain(`registry.example.org/${KEYSTONE}`);
  const list = JSON.parse((await images('--format', 'json')).stdout) as { readonly image: string }[];
  expect(list.map(({ image }) => image)).toEqual(lines.map((line) => line.replace('registry.example.org', 'quay.io')));
});

test('what to copy is for skopeo, and the values are for a person', async () => {
  const { stdout, stderr } = await images('--copy', 'registry.example.org/mirror');
  expect(stdout).toContain(`docker://quay.io/${KEYSTONE} docker://registry.example.org/mirror/${KEYSTONE}\n`);
  expect(stderr).toBe(
    'values by which the cloud takes its images from registry.example.org/mirror:\nglobal:\n  registry: registry.example.org\n  namespace: mirror/openstack.kolla\n',
  );
});

test('an image that is missing is told, with exit code 1', async () => {
  const { status, stdout, stderr } = await images('--check', '--set', `global.registry=${registry}`);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `missing: ${registry}/openstack.kolla/nova-ssh:2026.1-debian-trixie, for nova\n`,
  });
  expect(stdout).toMatch(/^\d+ of \d+ images are there\n$/);
  const off = await images('--check', '--set', `global.registry=${registry}`, '--set', 'nova.enabled=false');
  expect({ ...off, stdout: off.stdout.replace(/\d+/, 'n') }).toEqual({
    status: 0,
    stdout: 'all n images are there\n',
    stderr: '',
  });
});

test.each([
  [['--copy', 'https://x'], '--copy: found "https://x", a registry such as registry.example.org:5000 is needed, maybe'],
  [['--copy', 'x', '--check'], "error: option '--copy <registry>' cannot be used with option '--check'"],
  [
    ['--format', 'yaml'],
    "error: option '--format <format>' argument 'yaml' is invalid. Allowed choices are text, json.",
  ],
  [['--set', 'keystone.api.replica=3'], "  keystone.api.replica: is not known; did you mean 'replicas'?"],
])('images refuses %j', async (args, message) => {
  const { status, stdout, stderr } = await images(...args);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(message) });
});
