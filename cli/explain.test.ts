import { join } from 'node:path';
import { start } from '../test/support/many-helms';
import { compiledProject } from '../test/support/project';

let project: string;
beforeAll(() => {
  project = compiledProject();
});
const explain = (...args: string[]) => start(process.execPath, [join(project, 'cli', 'main.js'), 'explain', ...args]);

test('a value is explained', async () => {
  expect(await explain('keystone.api.replicas')).toEqual({
    status: 0,
    stderr: '',
    stdout: `keystone.api.replicas
  Number of pods.

Takes: an integer from 0 to 2147483647
Default: 1
Required: no
Secret: no
Used by:
  Deployment/keystone-api: spec.replicas
  PodDisruptionBudget/keystone-api: whether it is there
`,
  });
});

test('an option is explained, and each release where they differ', async () => {
  const { stdout } = await explain('nova.conf.nova.conf.cache.memcache_socket_timeout');
  expect(stdout).toContain(`
Note in 2026.1: is an old name of [cache] socket_timeout
Instead in 2026.1: [cache] socket_timeout
`);
  expect(stdout).toContain('\nReleases: 2025.1, 2026.1\n');
});

test('a level says what is inside; without a path, the services', async () => {
  expect((await explain('global.pools')).stdout).toContain('\n  role              What its nodes do.\n');
  const { stdout } = await explain();
  expect(stdout).toMatch(/^global {7}What all charts share: /);
  expect(stdout).toContain('\nkeystone     Keystone: OpenStack Identity\n');
});

test('the same is there as JSON', async () => {
  const { stdout } = await explain('global.release', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ path: 'global.release', default: '2026.1', secret: false });
});

test.each([
  ['keystone.api.replica', /^keystone\.api\.replica: is not known; did you mean 'replicas'\?\nkeystone\.api has .*\n$/],
  ['keystone..api', /^the path keystone\.\.api: found no name at its character 10\n$/],
])('explain refuses %s', async (path, message) => {
  expect(await explain(path)).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(message) });
});
