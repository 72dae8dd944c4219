import { join } from 'node:path';
import { load } from 'js-yaml';
import { folderOf } from '../test/support/batch';
import { printedPasswords } from './print-passwords';

const file = join(
  folderOf([
    [
      'passwords.yaml',
      `global:
  passwords:
    nova_ssh_key: { public_key: ssh-rsa A, private_key: "-----BEGIN-----\\nA\\n" }
    keystone_admin_password: "1e3"
    mariadb_backup_s3_access_key: ''
glance: { passwords: { glance_backend_s3_access_key: mine } }
keystone: { enabled: true }
`,
    ],
  ]),
  'passwords.yaml',
);
const all = {
  glance_backend_s3_access_key: 'mine',
  keystone_admin_password: '1e3',
  nova_ssh_key_private_key: '-----BEGIN-----\nA\n',
  nova_ssh_key_public_key: 'ssh-rsa A',
};

test('as one object, for a store of secrets', () => {
  expect(JSON.parse(printedPasswords(file, 'json'))).toEqual(all);
});

test('as a Secret', () => {
  const secret = load(printedPasswords(file, 'secret')) as { data: Record<string, string> };
  expect(secret).toMatchObject({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'openstack-passwords' } });
  const texts = Object.entries(secret.data).map(([name, data]) => [name, Buffer.from(data, 'base64').toString()]);
  expect(Object.fromEntries(texts)).toEqual(all);
});
