import { ConfigMap } from 'cdk8s-plus-27';
import type * as k8s from 'kubernetes-types/core/v1';
import { Construct, IConstruct } from 'constructs';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { ImageHandles, imageName, imageValues, kollaTag } from '../kolla/image';
import { RELEASES } from '../kolla/releases';
import { PASSWORDS, isPasswordName, keyHalfOf } from '../kolla/passwords';
import { SOURCE, SecretItem } from '../kolla/prepare';
import { readProgram } from '../kolla/program-text';
import { KubeObject } from '../kubernetes/kube-object';
import { objectLabels } from '../kubernetes/labels';
import { ChartInfo, ServiceChart } from '../kubernetes/service-chart';
import { onlyIf } from '../values/condition';
import type { Loop, Reference } from '../values/expression';
import { Model, ValuesModel } from '../values/model';
import { base64, digest, named } from '../values/named';
import { nearest } from '../values/nearest';
import { inAllRounds, onceFor, speaksOf } from '../values/rounds';
import { group, line, password } from '../values/types';
import { Value, all, any, choose, isSet, not, when } from '../values/value';
import { global, globalSchema } from './global';
import { optionRules } from './options';

/**
 * Declares the values of a service's chart.
 *
 * @param name the chart's name
 * @param images the names of Kolla's images that it uses
 * @param shape its own values: zod types of `lib/values/types`, each with a default or optional
 */
export function serviceValues<N extends string, S extends z.ZodRawShape>(name: string, images: readonly N[], shape: S) {
  return new ValuesModel(
    name,
    z.strictObject({
      global: globalSchema,
      enabled: z.boolean().optional().describe('Read by the umbrella chart: deploy this service.'),
      release: z.enum(RELEASES).optional().describe('OpenStack release of this service. Default: `global.release`.'),
      images: imageValues(...images),
      ...shape,
    }),
    ['global'],
    optionRules,
  );
}

/** The values declaration by which a service with passwords is told that they have changed. */
export const passwordsRevision = () =>
  line().default('').describe('As `global.passwords.revision`, for this service alone.');

/**
 * The values declaration of passwords that Kolla has no name for, of a service that it does not know:
 * `passwords: ownPasswords('billing_database_password')`.
 */
export const ownPasswords = <N extends string>(...names: N[]) => {
  const shape = Object.fromEntries(names.map((name) => [name, password().optional()]));
  return group(shape as Record<N, z.ZodOptional<ReturnType<typeof password>>>).describe(
    'Passwords. None has a default.',
  );
};

/** The handles of what `serviceValues` declares for every service. */
interface CommonValues {
  readonly release: Value<string>;
  readonly passwordsRevision?: Value<string>;
  readonly images: Readonly<Record<string, ImageHandles>>;
}

/** One OpenStack service, or one that OpenStack needs: a chart of its own. */
export class Service<M extends Model = Model> extends ServiceChart<M> {
  readonly global = global;
  /** The OpenStack release of this service's images. */
  readonly release: Value<string>;
  /** The Secret that holds the passwords: the chart's own, or the user's. */
  readonly secretName: string;
  /** The loop in whose rounds what is being built is made. */
  private loop: Loop | undefined;
  private requiredOfEntries = 0;
  private readonly imageNames = new Map<string, Value<string>>();
  private readonly imageHandles: Readonly<Record<string, ImageHandles>>;
  private readonly tag: Value<string>;
  private readonly passwordsRevision: Value<string> | undefined;
  /** The passwords of the chart, each with the condition under which it is needed, if not always. */
  private readonly passwords = new Map<string, Value<boolean> | undefined>();
  /** When the part of the chart is there that is being built. */
  private part: Value<boolean> | undefined;
  private readonly scriptFiles = new Map<string, string>();
  private scriptsMap?: ConfigMap;
  private secret?: KubeObject<k8s.Secret>;

  constructor(scope: Construct, model: M, info: ChartInfo) {
    super(scope, model, info);
    const values = this.values as CommonValues;
    this.passwordsRevision = values.passwordsRevision;
    this.release = named('release', values.release.or(global.release));
    this.imageHandles = values.images;
    this.tag = kollaTag(this.release, global.distro);
    this.secretName = `${choose(isSet(global.passwords.existingSecret), global.passwords.existingSecret, model.chart)}`;
  }

  override get images(): ReadonlyMap<string, Value<string>> {
    return new Map(Object.keys(this.imageHandles).map((name) => [name, this.image(name)]));
  }

  override get passwordNames(): readonly string[] {
    return [...new Set([...this.passwords.keys()].map((name) => keyHalfOf(name)?.pair ?? name))].sort();
  }

  override get passwordKeys(): ReadonlyMap<string, Value<boolean> | undefined> {
    return this.passwords;
  }

  override get appVersion(): Value<string> {
    return this.release;
  }

  /** The name of one of the chart's images. */
  image(name: string): Value<string> {
    const handles = this.imageHandles[name];
    if (!handles)
      throw new Error(`${this.node.path}: no image '${name}'; there is ${Object.keys(this.imageHandles).join(', ')}`);
    let image = this.imageNames.get(name);
    if (!image) {
      image = imageName(name, handles, `${global.registry}/${global.namespace}`, this.tag);
      this.imageNames.set(name, image);
    }
    return image;
  }

  /** Labels of an object of a component. */
  labelsOf(component: string) {
    return objectLabels(this.node.id, component, this.release);
  }

  /** Name and labels of an object. */
  metadata(component: string, name = `${this.node.id}-${component}`) {
    return { name, labels: this.labelsOf(component) };
  }

  /** What `build` puts into the chart is there, and required, only if `test` holds. */
  partIf(test: Value<boolean>, build: () => void): void {
    const outer = this.part;
    this.part = outer ? all(outer, test) : test;
    for (const child of this.addedBy(build)) if (child !== this.secret) onlyIf(child, test);
    this.part = outer;
  }

  /** What `build` puts into the chart is there once for each round of a loop. */
  repeat(loop: Loop, build: () => void): void {
    this.loop = loop;
    const added = this.addedBy(build);
    this.loop = undefined;
    const shared: readonly unknown[] = [this.secret, this.scriptsMap];
    for (const child of added) if (!shared.includes(child)) onceFor(child, loop);
  }

  private addedBy(build: () => void): IConstruct[] {
    const before = new Set(this.node.children);
    build();
    return this.node.children.filter((child) => !before.has(child));
  }

  /** Of values that a part of the chart needs, only where the part is there; of entries of a map, for each of them. */
  override require(test: Value<boolean>, path: readonly string[], message: string): void {
    super.require(this.inAllRounds(this.part ? any(not(this.part), test) : test), path, message);
  }

  private inAllRounds(test: Value<boolean>): Value<boolean> {
    if (!this.loop || !speaksOf(test, this.loop)) return test;
    this.requiredOfEntries += 1;
    return inAllRounds(this.loop, `required-${this.requiredOfEntries}`, test);
  }

  /** Where a value is, for `require`: one of an entry of the map over which there is a loop is at `<map>.*.<value>`. */
  pathTo(value: Value<unknown>): readonly string[] {
    const { root, path } = value.expression as Reference;
    const source = this.loop?.source;
    return root === 'Values' || source?.op !== 'reference' ? path : [...source.path, '*', ...path];
  }

  /**
   * A password by its name: Kolla's, or one of the chart's own `passwords`. The chart requires it, and puts it into
   * its Secret.
   *
   * @param test when the part of the chart that is being built needs it. Default: always
   * @throws Error where nobody knows the name
   */
  password(name: string, test?: Value<boolean>): Value<string> {
    const needed = this.part && test ? all(this.part, test) : (test ?? this.part);
    const { value: password, path, cure } = this.findPassword(name);
    this.secret ??= this.makeSecret();
    const known = this.passwords.get(name);
    const always = !needed || (this.passwords.has(name) && !known);
    this.passwords.set(name, always ? undefined : known ? any(known, needed) : needed);
    super.require(
      any(isSet(global.passwords.existingSecret), isSet(password), ...(needed ? [not(needed)] : [])),
      path,
      `is required; ${cure} a Secret of your own in global.passwords.existingSecret`,
    );
    return password;
  }

  private findPassword(name: string) {
    const made = "'kolla-cdk8s genpwd' makes it, or name";
    const key = keyHalfOf(name);
    if (key) {
      const { pair, half } = key;
      return { value: global.passwords[pair][half], path: ['global', 'passwords', pair, half], cure: made };
    }
    if (isPasswordName(name)) {
      // Of an old one there is none to make: it is what the new one was before.
      const cure = PASSWORDS[name].optional ? 'give it, or name' : made;
      return { value: global.passwords[name] as Value<string>, path: ['global', 'passwords', name], cure };
    }
    const { passwords: own = {} } = this.values as { passwords?: Readonly<Record<string, Value<string>>> };
    const value = own[name];
    if (value) return { value, path: ['passwords', name], cure: 'give it, or name' };
    const close = nearest(name, [...Object.keys(PASSWORDS), ...Object.keys(own)]);
    throw new Error(
      `${this.node.path}: no password '${name}'${close ? `; did you mean '${close}'?` : ''}; Kolla's names are known, ` +
        `others are declared with passwords: ownPasswords('${name}')`,
    );
  }

  /** What of the Secret a pod needs: keys, each there only when it is needed. */
  secretItems(names: readonly string[]): SecretItem[] {
    return names.map((name) => {
      if (!this.passwords.has(name)) {
        throw new Error(`${this.node.path}: a pod reads the password '${name}'; take it from this.password('${name}')`);
      }
      const test = this.passwords.get(name);
      return test ? { key: name, test } : { key: name };
    });
  }

  /** A digest of passwords, so that what uses them follows their change. */
  passwordDigest(names: readonly string[]): Value<string> {
    const values = names.map((name) => {
      const value = this.findPassword(name).value.or('');
      const test = this.passwords.get(name);
      return test ? choose(test, value, '') : value;
    });
    const own = this.passwordsRevision;
    return digest([...values, global.passwords.revision, ...(own ? [own] : [])], 16);
  }

  /** The command that runs a program of ours in a step of the bootstrap. */
  program(file: string): string[] {
    return ['python3', `${SOURCE}/${this.script(file)}`];
  }

  /** Puts a program into the chart, for its pods. Gives its file name. */
  script(file: string): string {
    this.scriptsMap ??= new ConfigMap(this, 'scripts', { metadata: this.metadata('scripts') });
    const name = basename(file);
    if (!this.scriptFiles.has(name)) {
      const text = readProgram(file);
      this.scriptFiles.set(name, text);
      this.scriptsMap.addData(name, text);
    }
    return name;
  }

  /** The ConfigMap of programs. */
  get scriptsName(): string {
    return `${this.node.id}-scripts`;
  }

  /** Changes with the programs. */
  scriptsDigest(names: readonly string[]): string {
    const hash = createHash('sha256');
    for (const name of [...names].sort()) {
      const text = this.scriptFiles.get(name);
      if (text === undefined) throw new Error(`${this.node.path}: no program '${name}' is in the chart`);
      hash.update(text);
    }
    return hash.digest('hex').slice(0, 16);
  }

  private makeSecret(): KubeObject<k8s.Secret> {
    const secret = new KubeObject<k8s.Secret>(this, 'secret', { apiVersion: 'v1', kind: 'Secret' }, () => ({
      metadata: this.metadata('passwords', this.node.id),
      type: 'Opaque',
      data: Object.fromEntries(
        [...this.passwords.keys()].sort().map((name) => {
          const { value } = this.findPassword(name);
          const test = this.passwords.get(name);
          return [name, when(test ? all(test, isSet(value)) : isSet(value), base64(value))];
        }),
      ),
    }));
    return onlyIf(secret, not(isSet(global.passwords.existingSecret)));
  }
}
