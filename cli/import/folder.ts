import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { LineCounter, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import { reasonOf } from '../../lib/cloud/reason';
import type { Json } from '../../lib/values/expression';

/** A variable as a file gives it. */
export interface Given {
  readonly name: string;
  readonly value: Json;
  /** File and line: `globals.yml:12`. */
  readonly where: string;
}

/** A file below `config/`. */
export interface Override {
  /** Its path below `config`, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A configuration folder of Kolla-Ansible. */
export interface Folder {
  readonly path: string;
  readonly variables: readonly Given[];
  /** `passwords.yml`, where there is one. */
  readonly passwords?: string;
  readonly overrides: readonly Override[];
}

/**
 * Reads a configuration folder, as `kolla-ansible --configdir` takes it. Later files win: globals.yml, then those in
 * globals.d by name (source: kolla_ansible/ansible.py, `build_args`).
 *
 * @throws Error for a person, where it is no such folder, or a file is not readable
 */
export function readFolder(path: string): Folder {
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new Error(`${path}: there is no such folder; Kolla-Ansible's, with globals.yml in it, is needed`);
  }
  const globals = join(path, 'globals.yml');
  if (!existsSync(globals)) throw new Error(`${path}: found ${foundInstead(path)}`);
  const more = join(path, 'globals.d');
  const files = existsSync(more)
    ? readdirSync(more)
        .filter((name) => ['.yml', '.yaml', '.json'].includes(extname(name)))
        .sort()
    : [];
  const passwords = join(path, 'passwords.yml');
  return {
    path,
    variables: [globals, ...files.map((name) => join(more, name))].flatMap((file) => readVariables(file, path)),
    ...(existsSync(passwords) && { passwords }),
    overrides: readOverrides(join(path, 'config')),
  };
}

const MOST_SHOWN = 5;

function foundInstead(path: string): string {
  const names = readdirSync(path);
  if (names.some((name) => /^kolla-build\.(conf|ini)$|^template-override/.test(name))) {
    return "a folder of Kolla, which builds images; Kolla-Ansible's, with globals.yml in it, is needed";
  }
  const inside = names.find((name) => existsSync(join(path, name, 'globals.yml')));
  if (inside !== undefined) return `no globals.yml in it; give ${join(path, inside)}, which has one`;
  const shown = [...names.sort().slice(0, MOST_SHOWN), ...(names.length > MOST_SHOWN ? ['…'] : [])].join(', ');
  return `${shown || 'nothing'} in it, globals.yml is needed`;
}

/** The text of a file that Ansible's Vault has not encrypted. */
function plainText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
  if (!isUtf8(bytes)) throw new Error(`cannot read ${file}: it is not UTF-8 text`);
  // Without the mark that Windows puts before it.
  const text = new TextDecoder().decode(bytes);
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    throw new Error(
      `${file} is encrypted by Ansible Vault: what 'ansible-vault view' shows of it is needed, as a file`,
    );
  }
  return text;
}

/** A map of YAML 1.1, as Ansible reads it: `yes` is true. */
export function readYamlMap(text: string, file: string): { name: string; value: Json; line: number }[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error) {
    // Not the parser's message: it may quote the line, and with it a password.
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new Error(
      `${file}, line ${line}, column ${col}: not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`,
    );
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) throw new Error(`${file}: found no map at its top, \`name: value\` is needed`);
  visit(document, {
    Scalar: (_, node) => {
      if (node.tag !== '!vault') return;
      const { line } = lineCounter.linePos(node.range?.[0] ?? 0);
      throw new Error(`${file}, line ${line}: a value is encrypted by Ansible Vault, the decrypted one is needed`);
    },
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return;
      const { line } = lineCounter.linePos(node.range?.[0] ?? 0);
      throw new Error(`${file}, line ${line}: a value begins with a '*', an alias of YAML: put it in quotes`);
    },
  });
  return contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) return [];
    const { line } = lineCounter.linePos(key.range[0]);
    const plain = isNode(value) ? (JSON.parse(JSON.stringify(value.toJS(document))) as Json) : null;
    return [{ name: String(key.value), value: plain, line }];
  });
}

const readVariables = (file: string, folder: string): Given[] =>
  readYamlMap(plainText(file), file).map(({ name, value, line }) => ({
    name,
    value,
    where: `${relative(folder, file).split(sep).join('/')}:${line}`,
  }));

/** What overrides are made of. Keys of Ceph and certificates are not read: they are for Secrets. */
const READ = /\.(conf|ini|cnf|ya?ml|json|config)$/;

function readOverrides(config: string): Override[] {
  if (!existsSync(config)) return [];
  return readdirSync(config, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({
      path: relative(config, file).split(sep).join('/'),
      text: READ.test(file) ? plainText(file) : '',
    }));
}
