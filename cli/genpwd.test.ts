import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PasswordName } from '../lib/kolla/passwords';
import { messageOf } from '../test/support/message-of';
import { genpwd } from './genpwd';

let folder: string;
let file: string;
let from: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'genpwd-'));
  [file, from] = [join(folder, 'passwords.yaml'), join(folder, 'kolla-passwords.yml')];
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const NAMES: PasswordName[] = ['rbd_secret_uuid', 'database_password', 'keystone_admin_password'];
const read = (): string => fs.readFileSync(file, 'utf8');
const passwords = (): Record<string, unknown> => parse(read()).global.passwords;

/** Runs genpwd over the given files; paths are shortened to names in what it reports. */
function run(files: { file?: string; from?: string }, names = NAMES, mode = 0o600): string[] {
  if (files.file !== undefined) fs.writeFileSync(file, files.file, { mode });
  if (files.from !== undefined) fs.writeFileSync(from, files.from);
  const lines: string[] = [];
  try {
    genpwd({ file, names, from: files.from === undefined ? undefined : from, print: (line) => lines.push(line) });
  } catch (error) {
    throw new Error((error as Error).message.replaceAll(`${folder}/`, ''));
  }
  return lines.map((line) => line.replaceAll(`${folder}/`, ''));
}

describe('a new file', () => {
  test('has the missing passwords, sorted, for its owner alone', () => {
    const report = run({}, [...NAMES, 'docker_registry_password']);
    expect(read()).toMatch(
      /^global:\n {2}passwords:\n {4}database_password: "\w{40}"\n {4}keystone_admin_password: "\w{40}"\n {4}rbd_secret_uuid: "[-0-9a-f]{36}"\n$/,
    );
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(['passwords.yaml']);
    expect(report).toEqual([
      'passwords.yaml: added 3 passwords:',
      '  database_password',
      '  keystone_admin_password',
      '  rbd_secret_uuid',
    ]);
  });

  test('is told of in the singular where one password is missing', () => {
    expect(run({}, ['database_password'])[0]).toBe('passwords.yaml: added 1 password:');
  });

  test('has SSH keys as readable text', () => {
    run({}, ['nova_ssh_key']);
    expect(read()).toMatch(/nova_ssh_key:\n {6}private_key: \|\n {8}-----BEGIN PRIVATE KEY-----\n/);
    expect(passwords().nova_ssh_key).toEqual({
      private_key: expect.stringMatching(/-----END PRIVATE KEY-----\n$/),
      public_key: expect.stringMatching(/^ssh-rsa \S+$/),
    });
  });
});

describe('a file that is there', () => {
  const OURS = `# Our cloud
global:
  region: eu # where we are
  passwords:
    # set by hand
    database_password: 'a "quoted" one' # in May
    rbd_secret_uuid: # see Ceph
    zzz_custom: 0123

  since: 2025-01-01 12:00
keystone: { enabled: yes, big: 12345678901234567890 }
`;

  test('keeps its values, unknown keys, comments and order; only what is missing is added', () => {
    run({ file: OURS });
    expect(
      read()
        .replace(/"[-0-9a-f]{36}"/, '"UUID"')
        .replace(/"\w{40}"/, '"NEW"'),
    ).toBe(OURS.replace('uuid: #', 'uuid: "UUID" #').replace('    rbd', '    keystone_admin_password: "NEW"\n    rbd'));
  });

  test('is not touched the second time', () => {
    run({ file: OURS });
    const first = [read(), fs.statSync(file).ino];
    expect(run({})).toEqual(['passwords.yaml: nothing is missing']);
    expect([read(), fs.statSync(file).ino]).toEqual(first);
  });

  test('is closed to others, and that is said', () => {
    const said = 'passwords.yaml: its mode was 0644, open to others; it is 0600 now';
    expect(run({ file: OURS }, ['database_password'], 0o644)).toEqual([said, 'passwords.yaml: nothing is missing']);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(read()).toBe(OURS);
    fs.chmodSync(file, 0o644);
    expect(run({})).toContain(said);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  test('keeps the comment above its first entry there', () => {
    run({ file: 'global:\n  passwords:\n    # from Ceph\n    rbd_secret_uuid: x\n' });
    expect(read()).toMatch(
      /# from Ceph\n {4}rbd_secret_uuid: x\n {4}database_password: .*\n {4}keystone_admin_password: /,
    );
  });

  test('may lack, or leave empty, any level', () => {
    for (const text of ['', '# ours\n', '{}\n', 'global: # ours\n', 'global:\n  passwords: {}\n', '{"global": {}}']) {
      fs.rmSync(file, { force: true });
      run({ file: text });
      expect(Object.keys(passwords()).sort()).toEqual([...NAMES].sort());
      expect(read().startsWith('# ours') || !text.startsWith('#')).toBe(true);
      expect(read().includes('# ours')).toBe(text.includes('# ours'));
    }
  });

  test('gets a new SSH key where the pair is empty, within its comments', () => {
    run(
      {
        file: 'global:\n  passwords:\n    nova_ssh_key:\n      # ours\n      private_key:\n      public_key: "" # theirs\n',
      },
      ['nova_ssh_key'],
    );
    expect(read()).toMatch(/# ours\n {6}private_key: \|\n[^]*public_key: "ssh-rsa .*" # theirs\n$/);
  });

  test('names the nearest password for what looks misspelt', () => {
    const text = 'global:\n  passwords:\n    keystone_admin_pasword: x\n    revision: "1"\n';
    expect(run({ file: text })[0]).toBe(
      "passwords.yaml: global.passwords.keystone_admin_pasword is not known and was left alone; did you mean 'keystone_admin_password'?",
    );
    expect(passwords()).toMatchObject({ keystone_admin_pasword: 'x', revision: '1' });
  });

  const HERE = 'passwords.yaml: global.passwords';
  const NO_TEXT = 'is a number, a date or a yes/no to some YAML readers: put it in quotes';

  test.each([
    ['database_password: 12345', `${HERE}.database_password: ${NO_TEXT}`],
    ['database_password: yes', `${HERE}.database_password: ${NO_TEXT}`],
    ['database_password: 1e5', `${HERE}.database_password: ${NO_TEXT}`],
    ['database_password: !!binary c2VjcmV0', `${HERE}.database_password: has a tag of YAML (!): put it in quotes`],
    ['database_password: !secret x', `${HERE}.database_password: has a tag of YAML (!): put it in quotes`],
    ['database_password: [secret]', `${HERE}.database_password: must be text, not a map or a list`],
    [
      'database_password: "se\\ncret"',
      `${HERE}.database_password: holds a control character or more than one line, which no password can`,
    ],
    [
      'nova_ssh_key: { private_key: "se\\acret", public_key: secret }',
      `${HERE}.nova_ssh_key: holds a control character, which no password can`,
    ],
    ['database_password: *secret', `${HERE}.database_password: begins with a '*', an alias of YAML: put it in quotes`],
    ['nova_ssh_key: secret', `${HERE}.nova_ssh_key: must be a map of private_key and public_key`],
    [
      'nova_ssh_key: { private_key: secret }',
      `${HERE}.nova_ssh_key: has one of private_key and public_key only: give both, or neither to have a new pair made`,
    ],
    [
      '<<: { database_password: secret }',
      `${HERE} has a merge key (<<), which could hide passwords: write out what it merges`,
    ],
    ['database_password: "secret', 'passwords.yaml, line 4, column 1: not valid YAML (missing char)'],
    ['a: secret\n    a: secret', 'passwords.yaml, line 4, column 5: not valid YAML (duplicate key)'],
  ])('is refused, unchanged, with %p', (entry, message) => {
    const text = `global:\n  passwords:\n    ${entry}\n`;
    expect(messageOf(() => run({ file: text }))).toBe(message);
    expect(read()).toBe(text);
  });

  test.each([
    ['- a\n', 'passwords.yaml: found a list, a map is needed'],
    ['global: 1\n', 'passwords.yaml: global: found a text, a map is needed'],
    ['global: { passwords: secret }\n', 'passwords.yaml: global.passwords: found a text, a map is needed'],
    ['a: &a {}\nglobal: *a\n', 'passwords.yaml: global: found an alias, a map of its own is needed'],
    [
      'global: { <<: { a: secret }, passwords: {} }\n',
      'passwords.yaml: global has a merge key (<<), which could hide passwords: write out what it merges',
    ],
    [
      'database_password: x\n',
      "passwords.yaml has database_password at its top level, like Kolla-Ansible's passwords.yml: give it with --from",
    ],
  ])('is refused when it is no Helm values file: %j', (text, message) => {
    expect(messageOf(() => run({ file: text }))).toBe(message);
  });

  test('is refused when it is no text', () => {
    fs.writeFileSync(file, Buffer.of(0x61, 0xff));
    expect(messageOf(() => run({}))).toBe('cannot read passwords.yaml: it is not UTF-8 text');
  });

  test('is refused when it is a link, a folder, or has no folder', () => {
    fs.symlinkSync(join(folder, 'elsewhere'), file);
    expect(messageOf(() => run({}))).toBe('passwords.yaml is a symbolic link to elsewhere: give the path of that file');
    fs.rmSync(file);
    fs.mkdirSync(file);
    expect(messageOf(() => run({}))).toBe('passwords.yaml must be a file, not a folder or a device');
    fs.rmSync(folder, { recursive: true });
    expect(messageOf(() => run({}))).toBe(`passwords.yaml: there is no folder ${folder}`);
  });
});

describe('taking over a Kolla-Ansible cloud', () => {
  test('takes every known password as it is, and says what it did not take', () => {
    const key = { private_key: '-----BEGIN A KEY-----\nb3Bl\n-----END A KEY-----\n', public_key: 'ssh-rsa AAAA x@y' };
    const kolla = {
      aodh_database_password: 'aodh',
      kolla_ssh_key: key,
      nova_ssh_key: { private_key: null, public_key: null },
      database_password: 'theirs',
      keystone_admin_password: null,
      keystone_databse_password: 'typo',
      our_own_password: 'custom',
    };
    const report = run({ file: 'global: {passwords: {database_password: ours}}', from: JSON.stringify(kolla) });
    expect(passwords()).toMatchObject({
      aodh_database_password: 'aodh',
      kolla_ssh_key: key,
      database_password: 'ours',
    });
    expect(Object.keys(passwords())).toHaveLength(5);
    expect(report).toEqual([
      "kolla-passwords.yml: keystone_databse_password is not known and was not taken over; did you mean 'keystone_database_password'?",
      'kolla-passwords.yml: our_own_password is not known and was not taken over',
      'passwords.yaml: global.passwords.database_password was kept; kolla-passwords.yml has another',
      'passwords.yaml: added 4 passwords:',
      '  aodh_database_password, from kolla-passwords.yml',
      '  keystone_admin_password',
      '  kolla_ssh_key, from kolla-passwords.yml',
      '  rbd_secret_uuid',
    ]);
  });

  test.each([
    ['12345678', '12345678'],
    ['1234567890123456789012345678901234567890', '1234567890123456789012345678901234567890'],
    ['0e12345678901234567890123456789012', '0e12345678901234567890123456789012'],
    ["!unsafe 'a{{b'", 'a{{b'],
  ])('takes %s for what Ansible took it for', (written, value) => {
    run({ from: `database_password: ${written}\n` });
    expect(passwords().database_password).toBe(value);
  });

  const NOT_OURS =
    "kolla-passwords.yml has no password of Kolla-Ansible at its top level: give Kolla-Ansible's passwords.yml";
  const NO_TEXT =
    'kolla-passwords.yml: database_password: is a number, a date or a yes/no to some YAML readers: put it in quotes';

  test.each([
    ['database_password: 0123', NO_TEXT],
    ['database_password: yes', NO_TEXT],
    [
      'database_password: "{{ secret }}"',
      'kolla-passwords.yml: database_password: is an Ansible template: put the value there that it comes to',
    ],
    [
      'database_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3365cret',
      'kolla-passwords.yml: database_password: is encrypted by Ansible Vault: put the decrypted value there',
    ],
    [
      '$ANSIBLE_VAULT;1.1;AES256\n3365cret',
      "kolla-passwords.yml is encrypted by Ansible Vault: give what 'ansible-vault view' shows of it, as a file",
    ],
    ['global: { passwords: { database_password: secret } }', NOT_OURS],
    ['', NOT_OURS],
    // Every wrong entry at once.
    [
      'database_password: yes\nnova_ssh_key: no\n',
      `${NO_TEXT}\nkolla-passwords.yml: nova_ssh_key: must be a map of private_key and public_key`,
    ],
  ])('refuses %p and writes nothing', (text, message) => {
    expect(messageOf(() => run({ from: text }))).toBe(message);
    expect(fs.existsSync(file)).toBe(false);
  });
});
