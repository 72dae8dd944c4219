import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openstackPython } from '../../tools/openstack-python';

/**
 * Nova's bootstrap and operations with the real Nova of each release, on a real MariaDB: `npm run test:nova`. It needs
 * `mariadbd` (Debian: mariadb-server), and fails without it.
 */
it.each(['2025.1', '2026.1'] as const)(
  'our programs work with Nova of OpenStack %s',
  async (release) => {
    const args = ['-m', 'unittest', 'discover', '-s', 'test/nova'];
    const env = { ...process.env, CI: 'true', PYTHONDONTWRITEBYTECODE: '1' };
    const options = { cwd: join(__dirname, '..', '..'), env };
    const run = promisify(execFile)(openstackPython(release, 'nova'), args, options);
    const output = await run.then(({ stderr }) => stderr, String);
    expect(output).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK$/m);
  },
  900_000,
);
