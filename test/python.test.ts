import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OpenStackRelease, hasPython, openstackPython } from '../tools/openstack-python';

/** The newest, unless others are asked for: `OPENSTACK_RELEASES=2025.1,2026.1`. CI runs both. */
const RELEASES = (process.env['OPENSTACK_RELEASES'] ?? '2026.1').split(',') as OpenStackRelease[];

/** The programs that run in pods, tried with the real Keystone of each release by `test/python/`. */
describe('the Python programs in pods', () => {
  if (!hasPython() && process.env.CI === undefined) {
    console.warn('skipped test/python: there is no python3 3.10 or newer with the module venv');
    it.skip('python3 is missing', () => undefined);
    return;
  }

  const outputs = new Map<string, string>();

  // Both at once: much of the time they wait for processes of their own.
  beforeAll(async () => {
    await Promise.all(
      RELEASES.map(async (release) => {
        const run = promisify(execFile)(openstackPython(release), ['-m', 'unittest', 'discover', '-s', 'test/python'], {
          cwd: join(__dirname, '..'),
          env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
        });
        outputs.set(release, await run.then(({ stderr }) => stderr, String));
      }),
    );
  }, 300_000);

  it.each(RELEASES)('work with OpenStack %s', (release) => {
    expect(outputs.get(release)).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK/m);
  });
});
