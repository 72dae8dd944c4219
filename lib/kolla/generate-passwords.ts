import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { PASSWORDS } from './passwords';
import type { PasswordKind, PasswordName, PasswordValue, SshKeyPair } from './passwords';

/** Passwords by name, as they were read: null, an empty text and an empty pair mean that there is none yet. */
export type ExistingPasswords = {
  readonly [name in PasswordName]?: string | { readonly [key in keyof SshKeyPair]?: string | null } | null;
};

/** Passwords by name. */
export type Passwords = { [name in PasswordName]?: PasswordValue };

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Length of a password, as in Kolla-Ansible. About 238 random bits. */
const PASSWORD_LENGTH = 40;

const SALT_LENGTH = 22;

/**
 * The characters that can end a salt: 22 characters hold 132 bits, a salt is 128, so the last 4 bits are zero. bcrypt
 * libraries reject or silently correct any other end.
 */
const SALT_ENDS = '.Oeu';

const GENERATORS: Readonly<Record<PasswordKind, () => PasswordValue>> = {
  password: () => randomText(LETTERS_AND_DIGITS, PASSWORD_LENGTH),
  uuid: () => randomUUID(),
  sshKey: generateSshKey,
  bcryptSalt: () => randomText(`./${LETTERS_AND_DIGITS}`, SALT_LENGTH - 1) + randomText(SALT_ENDS, 1),
  hmacKey: () => randomBytes(16).toString('hex'),
  fernetKey: () => randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
};

/**
 * Makes the passwords that are missing. What is there is neither changed nor returned; an optional password is never
 * made. A pair of SSH keys takes about a second.
 *
 * @returns the new passwords only, in the order of `names`
 * @throws when an SSH key pair has one half only: the other can't be guessed, and a new pair would replace what is there
 */
export function generatePasswords(names: readonly PasswordName[], existing: ExistingPasswords): Passwords {
  const generated: Passwords = {};
  for (const name of new Set(names)) {
    const { kind, optional } = PASSWORDS[name];
    if (isMissing(name, existing) && !optional) {
      generated[name] = GENERATORS[kind]();
    }
  }
  return generated;
}

function isMissing(name: PasswordName, existing: ExistingPasswords): boolean {
  const value = existing[name];
  if (typeof value !== 'object' || value === null) {
    return !value;
  }
  if (!value.private_key !== !value.public_key) {
    const [found, lacking] = value.private_key ? ['private_key', 'public_key'] : ['public_key', 'private_key'];
    throw new Error(`${name} has a ${found} but no ${lacking}: give both, or neither to have a new pair made`);
  }
  return !value.private_key;
}

/** Each character is chosen without bias. */
function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function generateSshKey(): SshKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 4096, publicExponent: 65537 });
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  return {
    private_key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    public_key: opensshPublicKey(Buffer.from(e, 'base64url'), Buffer.from(n, 'base64url')),
  };
}

/** An RSA public key as OpenSSH writes it (RFC 4253, section 6.6), without a comment. */
function opensshPublicKey(exponent: Buffer, modulus: Buffer): string {
  const fields = [Buffer.from('ssh-rsa'), positiveInteger(exponent), positiveInteger(modulus)];
  const blob = Buffer.concat(fields.flatMap((field) => [uint32(field.length), field]));
  return `ssh-rsa ${blob.toString('base64')}`;
}

/** The bytes of a positive mpint (RFC 4251, section 5): a set top bit would make it negative. */
function positiveInteger(bytes: Buffer): Buffer {
  return bytes.readUInt8(0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
