import { readFileSync } from 'node:fs';
import { reasonOf } from '../../lib/cloud/reason';

/** What an inventory of Ansible says, with the hosts of a group's children among its own. */
export interface Inventory {
  readonly file: string;
  hosts(group: string): readonly string[];
  /** A variable of a host: its own, or of the groups that it is in. */
  variable(host: string, name: string): string | undefined;
}

/**
 * Reads an inventory in INI form.
 *
 * @throws Error with file and line
 */
export function readInventory(file: string): Inventory {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
  const hosts = new Map<string, string[]>();
  const children = new Map<string, string[]>();
  const groupVariables = new Map<string, Map<string, string>>();
  const hostVariables = new Map<string, Map<string, string>>();
  const of = <T>(map: Map<string, T>, key: string, empty: T): T => {
    const found = map.get(key) ?? empty;
    map.set(key, found);
    return found;
  };
  let [group, kind] = ['ungrouped', ''];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || /^[#;]/.test(line)) continue;
    const header = /^\[([^\]:]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(line);
    if (header) {
      [group, kind] = [header[1]!, header[2] ?? ''];
      continue;
    }
    if (line.startsWith('[') || /^---|^\w+:\s*$/.test(line)) {
      throw new Error(
        `${file}, line ${index + 1}: an inventory in INI form is needed, with sections such as [control]`,
      );
    }
    const [first = '', ...rest] = line.replace(/\s#.*$/, '').split(/\s+/);
    if (kind === 'children') of(children, group, []).push(first);
    else if (kind === 'vars') assign(of(groupVariables, group, new Map<string, string>()), line);
    else {
      for (const host of expand(first)) {
        of(hosts, group, []).push(host);
        for (const word of rest) assign(of(hostVariables, host, new Map<string, string>()), word);
      }
    }
  }
  if (!hosts.has('control') && !children.has('control')) {
    throw new Error(`${file}: an inventory of Kolla-Ansible is needed, and there is no group [control] in it`);
  }
  const hostsOf = (name: string, seen: readonly string[] = []): string[] => {
    if (seen.includes(name)) return [];
    const below = (children.get(name) ?? []).flatMap((child) => hostsOf(child, [...seen, name]));
    return [...new Set([...(hosts.get(name) ?? []), ...below])];
  };
  return {
    file,
    hosts: hostsOf,
    variable: (host, name) => {
      const own = hostVariables.get(host)?.get(name);
      if (own !== undefined) return own;
      const [found] = [...groupVariables].filter(([of, values]) => values.has(name) && isIn(host, of));
      return found?.[1].get(name);
    },
  };

  function isIn(host: string, of: string): boolean {
    return of === 'all' || hostsOf(of).includes(host);
  }
}

function assign(variables: Map<string, string>, text: string): void {
  const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) variables.set(name, value.replace(/^(["'])(.*)\1$/, '$2'));
}

/** `node[01:03]` is three hosts. */
function expand(name: string): string[] {
  const [, before, from, to, after] = /^(.*)\[(\d+):(\d+)\](.*)$/.exec(name) ?? [];
  if (before === undefined || from === undefined || to === undefined) return [name];
  const count = Math.max(0, Number(to) - Number(from) + 1);
  return Array.from({ length: count }, (_, i) => String(Number(from) + i).padStart(from.length, '0')).flatMap(
    (digits) => expand(`${before}${digits}${after}`),
  );
}
