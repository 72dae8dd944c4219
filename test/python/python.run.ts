import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OpenStackRelease, openstackPython } from '../../tools/openstack-python';

const RELEASES: readonly OpenStackRelease[] = ['2025.1', '2026.1'];

/** The programs that run in pods, tried with the real Keystone of each release: `npm run test:python`. */
describe('the Python programs in pods', () => {
  const outputs = new Map<string, string>();

  // Both at once: much of the time they wait for processes of their own.
  beforeAll(async () => {
    await Promise.all(
      RELEASES.map(async (release) => {
        const run = promisify(execFile)(openstackPython(release), ['-m', 'unittest', 'discover', '-s', 'test/python'], {
          cwd: join(__dirname, '..', '..'),
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
