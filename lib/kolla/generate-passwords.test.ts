import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePasswords } from './generate-passwords';
import type { PasswordName, SshKeyPair } from './passwords';

const generate = (name: PasswordName) => generatePasswords([name], {})[name];
const many = (name: PasswordName, count: number) => Array.from({ length: count }, () => generate(name) as string);

test('makes each kind in its own form', () => {
  expect(generate('keystone_admin_password')).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(generate('keystone_fernet_master_key')).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(generate('rbd_secret_uuid')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(generate('osprofiler_secret')).toMatch(/^[0-9a-f]{32}$/);
});

test('makes Fernet keys of 32 bytes, URL-safe and padded', () => {
  const keys = many('keystone_credential_key', 200);
  for (const key of keys) {
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}=$/);
    expect(Buffer.from(key, 'base64url')).toHaveLength(32);
  }
  expect(keys.join('')).toMatch(/-.*_|_.*-/);
});

test('makes salts whose last four bits are zero, as bcrypt wants them', () => {
  const salts = many('prometheus_bcrypt_salt', 200);
  for (const salt of salts) {
    expect(salt).toMatch(/^[./A-Za-z0-9]{21}[.Oeu]$/);
  }
  expect(new Set(salts.map((salt) => salt.at(-1)))).toEqual(new Set('.Oeu'));
});

test('makes another value each time', () => {
  for (const name of ['keystone_admin_password', 'rbd_secret_uuid', 'osprofiler_secret'] as const) {
    expect(new Set(many(name, 1000)).size).toBe(1000);
  }
});

test('chooses each of the 62 characters equally often', () => {
  const counts = new Map<string, number>();
  const text = many('keystone_admin_password', 5000).join('');
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const expected = text.length / 62;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(counts.size).toBe(62);
  // 61 degrees of freedom: chance exceeds 150 less than once in a hundred million runs. A byte modulo 62 gives over 1000.
  expect(chiSquare).toBeLessThan(150);
});

describe('an SSH key', () => {
  const key = generate('nova_ssh_key') as SshKeyPair;

  test('is RSA of 4096 bits, PEM and one OpenSSH line', () => {
    expect(key.private_key).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----\n$/);
    expect(key.public_key).toMatch(/^ssh-rsa [A-Za-z0-9+/]+=*$/);
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(key.private_key);
    expect([asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 4096]);
    expect(asymmetricKeyDetails?.publicExponent).toBe(65537n);
  });

  test('has a public half that belongs to the private one', () => {
    const [type, exponent, modulus] = sshFields(key.public_key);
    const { e, n } = createPublicKey(key.private_key).export({ format: 'jwk' });
    expect(type.toString()).toBe('ssh-rsa');
    expect(exponent.toString('base64url')).toBe(e);
    expect(modulus[0]).toBe(0);
    expect(modulus.subarray(1).toString('base64url')).toBe(n);
  });

  const hasSshKeygen = !spawnSync('ssh-keygen', ['-?']).error;
  (hasSshKeygen ? test : test.skip)('is read by OpenSSH', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssh-key-'));
    try {
      const [privateFile, publicFile] = [join(folder, 'key'), join(folder, 'key.pub')];
      writeFileSync(privateFile, key.private_key, { mode: 0o600 });
      writeFileSync(publicFile, key.public_key);
      const derived = spawnSync('ssh-keygen', ['-y', '-f', privateFile], { encoding: 'utf8' });
      const listed = spawnSync('ssh-keygen', ['-l', '-f', publicFile], { encoding: 'utf8' });
      expect(derived.stdout.trim()).toBe(key.public_key);
      expect(listed.stdout).toMatch(/^4096 SHA256:\S+ .*\(RSA\)$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('leaves what is there and makes only what is missing', () => {
  const pair = { private_key: 'ours', public_key: 'ours too' };
  const existing = Object.freeze({
    glance_keystone_password: 'kept',
    nova_ssh_key: pair,
    heat_keystone_password: null,
    cinder_keystone_password: '',
  });
  const names = [
    'glance_keystone_password',
    'nova_ssh_key',
    'heat_keystone_password',
    'cinder_keystone_password',
    'database_password',
    'database_password',
  ] as const;
  expect(Object.keys(generatePasswords(names, existing))).toEqual([
    'heat_keystone_password',
    'cinder_keystone_password',
    'database_password',
  ]);
});

test('never makes an optional password', () => {
  expect(generatePasswords(['docker_registry_password', 'keystone_credential_key_previous'], {})).toEqual({});
});

test('takes an empty pair of SSH keys for missing and refuses half of one', () => {
  const empty = { nova_ssh_key: { private_key: null, public_key: '' } };
  expect(Object.keys(generatePasswords(['nova_ssh_key'], empty))).toEqual(['nova_ssh_key']);
  expect(() => generatePasswords(['nova_ssh_key'], { nova_ssh_key: { public_key: 'ssh-rsa AAAA' } })).toThrow(
    'nova_ssh_key has a public_key but no private_key: give both, or neither to have a new pair made',
  );
});

/** The length-prefixed fields of an OpenSSH public key line. */
function sshFields(line: string): [Buffer, Buffer, Buffer] {
  let rest = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const next = () => {
    const end = 4 + rest.readUInt32BE(0);
    const field = rest.subarray(4, end);
    rest = rest.subarray(end);
    return field;
  };
  const fields: [Buffer, Buffer, Buffer] = [next(), next(), next()];
  expect(rest).toHaveLength(0);
  return fields;
}
