import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { print } from '../oslo-options/print';

/** What `data/kolla-ansible/<release>.json` holds: the INI files that Kolla-Ansible writes, each as `<service>/<file>`. */
export interface KollaAnsibleOptions {
  readonly source: string;
  /**
   * By file, section and option: each value that it has by default, in whichever container, and with features that are
   * off by default. A list is of an option that stands in several lines. Words in `<…>` are for what clouds differ in.
   */
  readonly options: {
    readonly [file: string]: { readonly [section: string]: { readonly [option: string]: readonly Value[] } };
  };
  /** Files of OpenStack's services of which the source tells no options, so that there is nothing to check. */
  readonly untold: readonly string[];
  /** Files that oslo.config does not read, by what reads them. */
  readonly others: { readonly [reader: string]: readonly string[] };
}
export type Value = string | readonly string[];

/** What is made of facts of this release. There are no tables for what comes after it. */
export const RELEASE = '2026.1';

const ROOT = join(__dirname, '..', '..');
export const DATA = join(ROOT, 'data', 'kolla-ansible', `${RELEASE}.json`);

/** What names of INI files end with. */
const INI = /\.(ini|conf|cnf)$/;

/** What reads files that look like those of oslo.config. */
export const READERS: { readonly [reader: string]: RegExp } = {
  'Apache httpd': /\/(httpd.*|letsencrypt-webserver)\.conf$/,
  BIND: /\/(named|rndc)\.conf$/,
  Ceph: /\/ceph\.conf$/,
  Corosync: /\/corosync\.conf$/,
  'Cyrus SASL': /\/sasl\.conf$/,
  'Glance, by its own parser: rules, no options': /\/property-protections-rules\.conf$/,
  Grafana: /\/grafana\.ini$/,
  'MariaDB and its clients': /\.cnf$/,
  PasteDeploy: /paste\.ini$/,
  RabbitMQ: /\/rabbitmq(-env)?\.conf$/,
  Valkey: /\/valkey\.conf$/,
  collectd: /\/collectd\.conf$/,
  dnsmasq: /\/dnsmasq\.conf$/,
  fluentd: /\/fluentd\.conf$/,
  keepalived: /\/keepalived\.conf$/,
  'libvirt and its clients': /\/(libvirtd|qemu|auth)\.conf$/,
  logrotate: /\/logrotate\.conf$/,
  multipathd: /\/multipath\.conf$/,
  nginx: /\/nginx\.conf$/,
  uWSGI: /-uwsgi\.ini$/,
};

/** What is read of the facts. */
interface Service {
  readonly containers?: { readonly [name: string]: { readonly config_json?: ConfigJson } };
  readonly other_config_json?: { readonly [name: string]: ConfigJson };
  readonly options?: Files;
  /** By feature. */
  readonly option_variants?: { readonly [feature: string]: Files };
}
interface ConfigJson {
  readonly config_files?: readonly { readonly source: string }[];
}
interface Files {
  readonly [file: string]: unknown;
}
type StringMap = { readonly [key: string]: unknown };

/** The file of facts, in the folder in KOLLA_FACTS_DIR, else in `../shared/facts/` beside the repository, if it is there. */
export const factsFile = (): string | undefined =>
  [process.env.KOLLA_FACTS_DIR, join(ROOT, '..', 'shared', 'facts')]
    .flatMap((folder) => (folder === undefined ? [] : [join(folder, `services-${RELEASE}.yaml`)]))
    .find((file) => existsSync(file));

/** The options in the text of a file of facts. */
export const optionsIn = (facts: string): KollaAnsibleOptions =>
  optionsOf(parse(facts) as { readonly [service: string]: Service });

export const committed = (): KollaAnsibleOptions => JSON.parse(readFileSync(DATA, 'utf8')) as KollaAnsibleOptions;

/** An option a line. */
export const textOf = (options: KollaAnsibleOptions): string =>
  `${print(options, { source: 0, options: 3, untold: 1, others: 2 })}\n`;

function optionsOf(services: { readonly [service: string]: Service }): KollaAnsibleOptions {
  const options: { [file: string]: { [section: string]: { [option: string]: Value[] } } } = {};
  const untold = new Set<string>();
  const others: { [reader: string]: Set<string> } = {};
  for (const [service, facts] of Object.entries(services)) {
    for (const [path, contents] of filesOf(facts)) {
      const file = `${service}/${basename(path)}`;
      const reader = Object.keys(READERS).find((name) => READERS[name]!.test(file));
      if (reader !== undefined) (others[reader] ??= new Set()).add(file);
      else if (contents.length === 0) untold.add(file);
      else for (const sections of contents.flatMap((content) => sectionsOf(content, file))) add(sections, file);
    }
  }
  return {
    source: `Kolla-Ansible stable/${RELEASE}`,
    options,
    untold: [...untold].sort(),
    others: Object.fromEntries(Object.entries(others).map(([reader, files]) => [reader, [...files].sort()])),
  };

  function add(sections: StringMap, file: string): void {
    for (const [section, values] of Object.entries(sections)) {
      // What a feature takes away is no option.
      if (section === '_removed') continue;
      if (!isMap(values)) throw new Error(`${file} has ${section} outside of all sections: what reads it?`);
      for (const [option, given] of Object.entries(values)) {
        const value = Array.isArray(given) ? given.map(String) : String(given);
        const known = (((options[file] ??= {})[section] ??= {})[option] ??= []);
        if (!known.some((one) => JSON.stringify(one) === JSON.stringify(value))) known.push(value);
      }
    }
  }
}

/** The INI files of a service, with what is told of each. */
function filesOf({ containers = {}, other_config_json, options = {}, option_variants }: Service) {
  const found = new Map<string, unknown[]>();
  const configs = [...Object.values(containers).map(({ config_json }) => config_json)];
  for (const config of [...configs, ...Object.values(other_config_json ?? {})]) {
    for (const { source } of config?.config_files ?? []) if (INI.test(source)) found.set(basename(source), []);
  }
  for (const files of [options, ...Object.values(option_variants ?? {})]) {
    for (const [path, content] of Object.entries(files)) {
      if (INI.test(path)) found.set(basename(path), [...(found.get(basename(path)) ?? []), content]);
    }
  }
  return found;
}

/** The sections of a file: what all containers have, and what each has of its own. */
function sectionsOf(content: unknown, file: string): StringMap[] {
  if (!isMap(content)) throw new Error(`${file} has no sections: what reads it?`);
  const { common, per_container: own } = content;
  if (common === undefined && own === undefined) return [content];
  return [common, ...(isMap(own) ? Object.values(own) : [])].filter(isMap);
}

const isMap = (value: unknown): value is StringMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
