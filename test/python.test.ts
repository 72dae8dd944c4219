import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasPython, openstackPython } from '../tools/openstack-python';

const RELEASES = ['2025.1', '2026.1'] as const;

/** The programs that run in pods, tried with the real Keystone of each release by `test/python/`. */
describe('the Python programs in pods', () => {
  if (!hasPython() && process.env.CI === undefined) {
    console.warn('skipped test/python: there is no python3 3.10 or newer with the module venv');
    it.skip('python3 is missing', () => undefined);
    return;
  }

  // Both at once: most of the time they wait for processes of their own.
  const runs = new Map<string, Promise<{ stderr: string }>>();

  beforeAll(() => {
    for (const release of RELEASES) {
      const run = promisify(execFile)(openstackPython(release), ['-m', 'unittest', 'discover', '-s', 'test/python'], {
        cwd: join(__dirname, '..'),
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      run.catch(() => undefined);
      runs.set(release, run);
    }
  }, 300_000);

  it.each(RELEASES)(
    'work with OpenStack %s',
    async (release) => {
      const { stderr } = await runs.get(release)!;
      expect(stderr).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK$/m);
    },
    120_000,
  );
});
