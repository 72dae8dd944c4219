import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, LineCounter, Pair, parseDocument, Scalar, YAMLMap } from 'yaml';
import type { Document, Node } from 'yaml';
import { reasonOf } from '../lib/cloud/reason';
import { generatePasswords } from '../lib/kolla/generate-passwords';
import type { Passwords } from '../lib/kolla/generate-passwords';
import { isPasswordName, PASSWORD_NAMES, PASSWORDS } from '../lib/kolla/passwords';
import type { PasswordName, PasswordValue } from '../lib/kolla/passwords';
import { nearest } from '../lib/values/nearest';

/** What to write, and where. */
export interface GenpwdOptions {
  /** The Helm values file. Its folder must exist; the file need not. */
  readonly file: string;
  /** The passwords that the cloud needs. */
  readonly names: readonly PasswordName[];
  /** Kolla-Ansible's `passwords.yml` of a cloud to take over. Default: none; what is missing is generated. */
  readonly from?: string;
  /** Is handed each line of the report, which names passwords and never shows one. Default: standard output. */
  readonly print?: (line: string) => void;
}

/**
 * Adds the missing passwords to a Helm values file, under `global.passwords`, readable by its owner alone (mode 0600).
 *
 * Of a file that is there, every value, unknown key and comment stays, in its order (white space may change); an entry
 * that is null or empty counts as missing. All known passwords of `from` are taken over before any is generated. The
 * file is replaced as a whole or not at all, and its content not touched when nothing is missing.
 *
 * @throws an Error for a person, before anything is written, when a file is not what it must be: no YAML, a symbolic
 *   link, a password that is not text to every YAML reader, half a pair of SSH keys, encrypted by Ansible Vault, …
 */
export function genpwd({ file, names, from, print = console.log }: GenpwdOptions): void {
  const before = readTarget(file);
  const document = parseYaml(before?.text ?? '', file);
  if (isCloudWithoutPasswords(document)) {
    throw new Error(`${file}: holds a cloud and no passwords: give it with -c, and with -f the file that has them`);
  }
  const entries = passwordsMap(document, file);
  const { passwords: existing, unknown } = readPasswords(entries, document, `${file}: global.passwords.`, helmText);
  for (const name of unknown) {
    const known = nearest(name, PASSWORD_NAMES);
    if (known) print(`${file}: global.passwords.${name} is not known and was left alone; did you mean '${known}'?`);
  }

  const taken = from === undefined ? {} : takeOver(from, existing, file, print);
  const added: Passwords = { ...taken, ...generatePasswords(names, { ...existing, ...taken }) };
  const addedNames = PASSWORD_NAMES.filter((name) => added[name] !== undefined);

  if (addedNames.length > 0) {
    addedNames.forEach((name) => put(entries, name, valueNode(added[name] ?? '')));
    replaceFile(file, document.toString({ lineWidth: 0 }), before);
  }
  const mode = (before?.stat.mode ?? 0) & 0o777;
  if (mode & 0o077) {
    fs.chmodSync(file, 0o600);
    print(`${file}: its mode was 0${mode.toString(8)}, open to others; it is 0600 now`);
  }
  const count = addedNames.length === 1 ? '1 password' : `${addedNames.length} passwords`;
  print(`${file}: ${addedNames.length > 0 ? `added ${count}:` : 'nothing is missing'}`);
  addedNames.forEach((name) => print(`  ${name}${name in taken ? `, from ${from}` : ''}`));
}

/** The passwords of a Kolla-Ansible file that are missing in ours. */
function takeOver(from: string, existing: Passwords, file: string, print: (line: string) => void): Passwords {
  const text = readText(from);
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    throw new Error(`${from} is encrypted by Ansible Vault: give what 'ansible-vault view' shows of it, as a file`);
  }
  const document = parseYaml(text, from);
  const entries = isMap(document.contents) ? document.contents : new YAMLMap();
  const { passwords, unknown } = readPasswords(entries, document, `${from}: `, ansibleText);
  if (!entries.items.map(keyOf).some(isPasswordName)) {
    throw new Error(`${from} has no password of Kolla-Ansible at its top level: give Kolla-Ansible's passwords.yml`);
  }
  for (const name of unknown) {
    const known = nearest(name, PASSWORD_NAMES);
    print(`${from}: ${name} is not known and was not taken over${known ? `; did you mean '${known}'?` : ''}`);
  }
  const taken: Passwords = { ...passwords };
  for (const name of PASSWORD_NAMES) {
    if (existing[name] === undefined) continue;
    delete taken[name];
    if (name in passwords && !isDeepStrictEqual(existing[name], passwords[name])) {
      print(`${file}: global.passwords.${name} was kept; ${from} has another`);
    }
  }
  return taken;
}

/** Every scalar stays the text that it is, so numbers, dates and booleans come out as they were written. */
function parseYaml(text: string, file: string): Document {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error) {
    // Not the parser's message: it may quote the line, and with it a password.
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const problem = error.code.toLowerCase().replaceAll('_', ' ');
    throw new Error(`${file}, line ${line}, column ${col}: not valid YAML (${problem})`);
  }
  return document;
}

/** Passwords may stand among other values, but nobody asks by mistake for that. */
function isCloudWithoutPasswords({ contents }: Document): boolean {
  if (!isMap(contents)) return false;
  const global = contents.get('global', true);
  if (isAlias(global)) return false;
  const keysIn = (node: unknown): string[] => (isMap(node) ? node.items.map(keyOf) : []);
  // Of a chart's own passwords, too.
  if (contents.items.some(({ value }) => keysIn(value).includes('passwords'))) return false;
  const others = [...keysIn(contents).filter((key) => key !== 'global'), ...keysIn(global)];
  return others.length > 0 && !others.some(isPasswordName);
}

/** The map at `global.passwords`, put there where there is none. */
function passwordsMap(document: Document, file: string): YAMLMap {
  if (isEmpty(document.contents)) {
    document.contents = new YAMLMap();
    [document.commentBefore, document.comment] = [document.commentBefore ?? document.comment, null];
  }
  const top = blockMap(document.contents, file);
  const flat = top.items.map(keyOf).find(isPasswordName);
  if (flat) {
    throw new Error(`${file} has ${flat} at its top level, like Kolla-Ansible's passwords.yml: give it with --from`);
  }
  const global = childMap(top, 'global', `${file}: global`);
  return childMap(global, 'passwords', `${file}: global.passwords`);
}

function childMap(parent: YAMLMap, key: string, where: string): YAMLMap {
  if (isEmpty(parent.get(key, true))) put(parent, key, new YAMLMap());
  return blockMap(parent.get(key, true), where);
}

function blockMap(node: unknown, where: string): YAMLMap {
  if (isAlias(node)) throw new Error(`${where}: found an alias, a map of its own is needed`);
  if (!isMap(node)) throw new Error(`${where}: found a ${isScalar(node) ? 'text' : 'list'}, a map is needed`);
  if (node.items.some((pair) => keyOf(pair) === '<<')) {
    throw new Error(`${where} has a merge key (<<), which could hide passwords: write out what it merges`);
  }
  node.flow = false;
  return node;
}

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');

function isEmpty(node: unknown): boolean {
  if (!isScalar(node)) return node === undefined || node === null;
  return node.value === '' || (node.type === 'PLAIN' && /^(~|null|Null|NULL)$/.test(String(node.value)));
}

/** The text of a scalar that is not empty. Throws what is wrong with it, without its place. */
type TextReader = (scalar: Scalar) => string;

/** The passwords of a file that are not empty, and the unknown names in it. One error lists every wrong entry. */
function readPasswords(entries: YAMLMap, document: Document, prefix: string, read: TextReader) {
  const passwords: Passwords = {};
  const unknown: string[] = [];
  const problems: string[] = [];
  for (const pair of entries.items) {
    const name = keyOf(pair);
    if (!isPasswordName(name)) {
      unknown.push(name);
      continue;
    }
    try {
      const value = readPassword(name, pair.value, document, read);
      if (value !== undefined) passwords[name] = value;
    } catch (error) {
      problems.push(`${prefix}${name}: ${reasonOf(error)}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { passwords, unknown };
}

function readPassword(name: PasswordName, node: unknown, document: Document, read: TextReader) {
  const value = isAlias(node) ? node.resolve(document) : node;
  if (isAlias(node) && value === undefined) throw new Error("begins with a '*', an alias of YAML: put it in quotes");
  if (isEmpty(value)) return undefined;
  if (PASSWORDS[name].kind !== 'sshKey') return readLine(value, read);
  if (!isMap(value)) throw new Error('must be a map of private_key and public_key');
  const [privateKey, publicKey] = [value.get('private_key', true), value.get('public_key', true)];
  if (isEmpty(privateKey) && isEmpty(publicKey)) return undefined;
  if (isEmpty(privateKey) || isEmpty(publicKey)) {
    throw new Error('has one of private_key and public_key only: give both, or neither to have a new pair made');
  }
  return { private_key: readLine(privateKey, read, true), public_key: readLine(publicKey, read) };
}

/** The characters that a chart's schema refuses, since they don't come through YAML, Helm and INI files unchanged. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/u;

function readLine(node: unknown, read: TextReader, manyLines = false): string {
  if (!isScalar(node)) throw new Error('must be text, not a map or a list');
  const text = read(node);
  if (UNPRINTABLE.test(manyLines ? text.replaceAll('\n', '') : text)) {
    throw new Error(`holds a control character${manyLines ? '' : ' or more than one line'}, which no password can`);
  }
  return text;
}

function helmText({ value, type, tag }: Scalar): string {
  const text = String(value);
  if (tag && tag !== 'tag:yaml.org,2002:str') throw new Error('has a tag of YAML (!): put it in quotes');
  const isTextIn = (version: '1.1' | '1.2'): boolean => {
    const { contents, errors } = parseDocument(text, { version, prettyErrors: false });
    return errors.length === 0 && isScalar(contents) && typeof contents.value === 'string';
  };
  if (type === 'PLAIN' && !(isTextIn('1.1') && isTextIn('1.2'))) {
    throw new Error('is a number, a date or a yes/no to some YAML readers: put it in quotes');
  }
  return text;
}

function ansibleText(scalar: Scalar): string {
  const text = String(scalar.value);
  if (scalar.tag === '!vault') throw new Error('is encrypted by Ansible Vault: put the decrypted value there');
  if (scalar.tag === '!unsafe') return text;
  if (/\{[{%#]/.test(text)) throw new Error('is an Ansible template: put the value there that it comes to');
  // Numbers that Ansible prints as they are written, and what only other YAML readers take for a number.
  if (scalar.type === 'PLAIN' && /^(0|[1-9]\d*|\d+[eE]\d+)$/.test(text)) return text;
  return helmText(scalar);
}

/** Always in quotes: no reader, of whatever YAML, takes it for a number, a date, an alias, … */
function valueNode(value: PasswordValue): Scalar | YAMLMap {
  if (typeof value === 'string') return scalarNode(value, 'QUOTE_DOUBLE');
  const map = new YAMLMap();
  const isPlainText = /^([\x21-\x7e][\x20-\x7e]*\n)+$/.test(value.private_key);
  put(map, 'private_key', scalarNode(value.private_key, isPlainText ? 'BLOCK_LITERAL' : 'QUOTE_DOUBLE'));
  put(map, 'public_key', scalarNode(value.public_key, 'QUOTE_DOUBLE'));
  return map;
}

function scalarNode(text: string, type: Scalar.Type): Scalar {
  const scalar = new Scalar(text);
  scalar.type = type;
  return scalar;
}

/** Fills an empty entry, with its comments kept, or adds one: in order where the names are, else at the end. */
function put(map: YAMLMap, name: string, node: Scalar | YAMLMap): void {
  const keys = map.items.map(keyOf);
  const pair = map.items[keys.indexOf(name)] as Pair<Node, Node | null> | undefined;
  if (pair && isMap(pair.value) && isMap(node)) {
    const filled = pair.value;
    for (const item of node.items) put(filled, keyOf(item), item.value as Scalar);
  } else if (pair) {
    node.commentBefore = pair.value?.commentBefore;
    node[isMap(node) ? 'commentBefore' : 'comment'] ??= pair.value?.comment;
    pair.value = node;
  } else {
    // A comment above the first entry may be its own: nothing comes between.
    const first = map.commentBefore ? 1 : 0;
    const inOrder = keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
    const at = inOrder ? keys.findIndex((key, index) => index >= first && key > name) : -1;
    map.items.splice(at < 0 ? keys.length : at, 0, new Pair(new Scalar(name), node));
  }
}

/** The file to write as it is now, undefined where there is none yet. */
function readTarget(file: string): { readonly text: string; readonly stat: fs.Stats } | undefined {
  if (file === '') throw new Error('the file to write to: found an empty text, the path of a file is needed');
  if (!fs.existsSync(dirname(file))) throw new Error(`${file}: there is no folder ${dirname(file)}`);
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (stat.isSymbolicLink()) {
    throw new Error(`${file} is a symbolic link to ${fs.readlinkSync(file)}: give the path of that file`);
  }
  if (!stat.isFile()) throw new Error(`${file} must be a file, not a folder or a device`);
  return { text: readText(file), stat };
}

function readText(file: string): string {
  try {
    const bytes = fs.readFileSync(file);
    if (!isUtf8(bytes)) throw new Error('it is not UTF-8 text');
    return bytes.toString();
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Written beside, then renamed: whatever stops it, the file is the old or the new one, whole. Keeps the owner. */
function replaceFile(file: string, text: string, before: ReturnType<typeof readTarget>): void {
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    const descriptor = fs.openSync(temporary, 'wx', 0o600);
    try {
      if (before && before.stat.uid !== process.getuid?.()) {
        fs.fchownSync(descriptor, before.stat.uid, before.stat.gid);
      }
      fs.writeFileSync(descriptor, text);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    if (readTarget(file)?.text !== before?.text) throw new Error('somebody else has changed it meanwhile');
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new Error(`cannot write ${file}: ${reasonOf(error)}; what was there is unchanged`, { cause: error });
  }
  const folder = fs.openSync(dirname(file), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}
