import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openstackPython } from '../../tools/openstack-python';

/**
 * The steps of the bootstrap Job against a real MariaDB, with the Python of each release: `npm run test:database`.
 * It needs `mariadbd` (Debian: mariadb-server), and fails without it.
 */
it.each(['2025.1', '2026.1'] as const)(
  'the bootstrap works on MariaDB with the Python of OpenStack %s',
  async (release) => {
    const args = ['-m', 'unittest', 'discover', '-s', 'test/database'];
    const env = { ...process.env, CI: 'true', PYTHONDONTWRITEBYTECODE: '1' };
    const run = promisify(execFile)(openstackPython(release), args, { cwd: join(__dirname, '..', '..'), env });
    const output = await run.then(({ stderr }) => stderr, String);
    expect(output).toMatch(/^Ran [1-9]\d* tests in .*\n\nOK$/m);
  },
  240_000,
);
