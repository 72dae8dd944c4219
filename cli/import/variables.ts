import type { Json } from '../../lib/values/expression';
import { foundText } from '../../lib/values/problem';
import type { Given } from './folder';

/**
 * What Kolla-Ansible makes of variables that are not given, where others refer to them (source:
 * ansible/group_vars/all of stable/2026.1).
 */
const DEFAULTS: { readonly [name: string]: string } = {
  api_interface: '{{ network_interface }}',
  ceph_cinder_user: 'cinder',
  ceph_glance_user: 'glance',
  database_port: '3306',
  docker_namespace: 'openstack.kolla',
  docker_registry: 'quay.io',
  kolla_base_distro: 'rocky',
  kolla_external_fqdn: '{{ kolla_external_vip_address }}',
  kolla_external_vip_address: '{{ kolla_internal_vip_address }}',
  kolla_internal_fqdn: '{{ kolla_internal_vip_address }}',
  migration_interface: '{{ api_interface }}',
  neutron_bridge_name: 'br-ex',
  neutron_external_interface: 'eth1',
  openstack_region_name: 'RegionOne',
  tunnel_interface: '{{ network_interface }}',
};

const NEEDED = 'put the value there that it comes to';

/** Thrown for a template that is more than names of variables. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved';
}

/** A boolean as Ansible's filter `bool` takes it. */
export const isTrue = (value: Json | undefined): boolean =>
  value === true || value === 1 || (typeof value === 'string' && /^(yes|on|1|true)$/i.test(value));

/** Ansible takes anything else for no, too. */
const isBoolean = (value: Json): boolean =>
  typeof value === 'boolean' || /^(yes|on|1|true|no|off|0|false)$/i.test(textOf(value));

/** A scalar as it is written; of a list or a map, its JSON. */
export const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The variables of a cloud. It remembers who was asked for. */
export class Variables {
  private readonly byName: ReadonlyMap<string, Given>;
  private readonly asked = new Set<string>();
  readonly unresolved = new Map<string, string>();

  constructor(given: readonly Given[]) {
    this.byName = new Map(given.map((one) => [one.name, one]));
  }

  /** Those that are given, the last of each name. */
  get all(): Given[] {
    return [...this.byName.values()];
  }

  /** Those that nobody has asked for. */
  get rest(): Given[] {
    return this.all.filter(({ name }) => !this.asked.has(name));
  }

  where(name: string): string {
    return this.byName.get(name)?.where ?? "Kolla-Ansible's default";
  }

  /** The value that is given; none, where it is null, empty, or a template that cannot be resolved. */
  get(name: string): Json | undefined {
    this.asked.add(name);
    const value = this.byName.get(name)?.value;
    if (value === undefined || value === null || value === '') return undefined;
    try {
      return this.resolve(value);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      this.unresolved.set(name, error.message);
      return undefined;
    }
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'object') {
      this.refuse(name, value, 'a text or a number');
      return undefined;
    }
    return String(value);
  }

  /** Whether it is on. */
  flag(name: string, otherwise: boolean): boolean {
    const value = this.get(name);
    if (value === undefined) return otherwise;
    if (!isBoolean(value)) this.refuse(name, value, 'yes or no');
    return isTrue(value);
  }

  /** Items of a list, or of a text with commas. */
  list(name: string): string[] | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return value.map(String);
    if (typeof value === 'object') {
      this.refuse(name, value, 'a list, or a text with commas');
      return undefined;
    }
    return String(value)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** Remembers that a value is none of its variable's, and what would be: what was said first of it. */
  refuse(name: string, value: Json, needed: string): void {
    if (!this.unresolved.has(name)) this.unresolved.set(name, `${foundText(value)}, ${needed} is needed`);
  }

  /**
   * A value without templates.
   *
   * @throws Unresolved where a template is more than the name of a variable that is known
   */
  resolve(value: Json, inside: readonly string[] = []): Json {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, inside));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item, inside)]));
    }
    if (typeof value !== 'string' || !/\{[{%#]/.test(value)) return value;
    const whole = /^\{\{([^{}]*)\}\}$/.exec(value.trim());
    if (whole) return this.expression(whole[1]!, inside);
    const text = value.replace(/\{\{([^{}]*)\}\}/g, (_, inner: string) => {
      const found = this.expression(inner, inside);
      if (typeof found === 'object')
        throw new Unresolved(`the template {{${inner}}} gives a list or a map, a text is needed`);
      return String(found);
    });
    if (/\{[{%#]/.test(text))
      throw new Unresolved(`a template of Ansible that is more than names of variables: ${NEEDED}`);
    return text;
  }

  private expression(text: string, inside: readonly string[]): Json {
    const [, name] = /^\s*([a-z_][a-z0-9_]*)(?:\s*\|\s*(?:bool|int|string))?\s*$/.exec(text) ?? [];
    const value =
      name === undefined || inside.includes(name) ? undefined : (this.byName.get(name)?.value ?? DEFAULTS[name]);
    if (name !== undefined) this.asked.add(name);
    if (name === undefined || value === undefined) {
      throw new Unresolved(`the template {{${text}}} is not known here: ${NEEDED}`);
    }
    return this.resolve(value, [...inside, name]);
  }
}
