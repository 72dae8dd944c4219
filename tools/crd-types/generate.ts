import { load } from 'js-yaml';

/** Which fields are taken: each by its name, with what is taken below it; null takes all of it. */
export interface Picks {
  readonly [field: string]: Picks | null;
}

/** Reads `spec { image galera { enabled } }`: `image` with all below it, of `galera` only `enabled`. */
export function picksOf(text: string): Picks {
  const tokens = text.match(/\w+|\S/g) ?? [];
  const read = (nested: boolean): Picks => {
    const picks: Record<string, Picks | null> = {};
    for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
      if (token === '}' && nested) return picks;
      if (!/^\w+$/.test(token)) throw new Error(`'${token}' is no field's name`);
      if (token in picks) throw new Error(`${token} is picked twice`);
      picks[token] = tokens[0] === '{' ? (tokens.shift(), read(true)) : null;
    }
    if (nested) throw new Error("a '}' is missing");
    return picks;
  };
  return read(false);
}

/** As much of a structural schema as says names and types. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** As much of a CustomResourceDefinition as is read here. */
export interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** What TypeScript writes for a type: one text, or the fields of an object with what stands before and after them. */
type Type = string | { readonly fields: readonly Field[]; readonly before: string; readonly after: string };
interface Field {
  readonly head: string;
  readonly type: Type;
}

const WIDTH = 120;
const INDENT = '  ';

/**
 * A TypeScript file with the interfaces of CRDs: the picked fields of the version that is stored, without the words that
 * describe them.
 *
 * @param source said at the top of the file: where the CRDs are from
 * @param crds each CRD as YAML, with what is picked of it
 * @throws where a field is picked that a CRD does not have, one that it requires is not, and where a type is not known here
 */
export function typesOf(source: string, crds: readonly { readonly yaml: string; readonly picks: Picks }[]): string {
  const interfaces = crds.map(({ yaml, picks }) => interfacesOf(load(yaml) as Crd, picks));
  const parts = [
    `// Made by \`npm run crd-types\` from the CRDs of ${source}: do not edit.\n`,
    "import type { ObjectMeta } from 'kubernetes-types/meta/v1';\n",
    ...interfaces.flat(),
  ];
  return parts.join('\n');
}

/** The interface of a kind, and one of its own for each map at its top. */
function interfacesOf({ spec: { group, names, versions } }: Crd, picks: Picks): string[] {
  const { kind } = names;
  const stored = versions.find(({ storage }) => storage);
  if (stored === undefined) throw new Error(`${kind}: no version of it is stored`);
  const all = typeOf(stored.schema.openAPIV3Schema, picks, kind);
  if (typeof all === 'string') throw new Error(`${kind}: it has no fields`);
  const parts = all.fields.map(({ head, type }) => {
    const name = `${kind}${head[0]!.toUpperCase()}${head.slice(1).replace(/\W/g, '')}`;
    return { field: { head, type: typeof type === 'string' ? type : name }, name, type };
  });
  const top = [
    { head: 'apiVersion', type: quoted(`${group}/${stored.name}`) },
    { head: 'kind', type: quoted(kind) },
    { head: 'metadata?', type: 'ObjectMeta' },
    ...parts.map(({ field }) => field),
  ];
  const below = parts.flatMap(({ name, type }) => (typeof type === 'string' ? [] : [printed(name, type.fields)]));
  return [printed(kind, top), ...below];
}

const printed = (name: string, fields: readonly Field[]): string =>
  `export interface ${name} {\n${fields.map((field) => print(field, INDENT)).join('')}}\n`;

/** A field as Prettier would print it. */
function print({ head, type }: Field, indent: string): string {
  const line = `${indent}${head}: ${flat(type)};\n`;
  if (line.length <= WIDTH + 1) return line;
  if (typeof type === 'string') {
    return `${indent}${head}:\n${type
      .split(' | ')
      .map((one) => `${indent}${INDENT}| ${one}`)
      .join('\n')};\n`;
  }
  const fields = type.fields.map((field) => print(field, indent + INDENT)).join('');
  return `${indent}${head}: ${type.before}{\n${fields}${indent}}${type.after};\n`;
}

function flat(type: Type): string {
  if (typeof type === 'string') return type;
  const fields = type.fields.map(({ head, type: of }) => `${head}: ${flat(of)}`);
  return `${type.before}{ ${fields.join('; ')} }${type.after}`;
}

const quoted = (value: string | number | boolean): string =>
  typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : String(value);
const nameOf = (field: string): string => (/^[A-Za-z_$][\w$]*$/.test(field) ? field : quoted(field));

function typeOf(schema: Schema, picks: Picks | null, path: string): Type {
  if (schema.items) return around(typeOf(schema.items, picks, path), '', '[]');
  if (typeof schema.additionalProperties === 'object') {
    return around(typeOf(schema.additionalProperties, picks, path), '{ [name: string]: ', ' }');
  }
  if (schema.properties) return { fields: fieldsOf(schema, schema.properties, picks, path), before: '', after: '' };
  for (const field of Object.keys(picks ?? {})) throw new Error(`${path}.${field} is not in the CRD`);
  if (schema.enum) return [...new Set(schema.enum)].map(quoted).join(' | ');
  if (schema['x-kubernetes-int-or-string']) return 'number | string';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'string' || schema.type === 'boolean') return schema.type;
  if (schema.type === 'object' || schema['x-kubernetes-preserve-unknown-fields']) return '{ [name: string]: unknown }';
  throw new Error(`${path}: what type it has is not known here`);
}

function fieldsOf(
  schema: Schema,
  properties: Required<Schema>['properties'],
  picks: Picks | null,
  path: string,
): Field[] {
  for (const name of picks ? (schema.required ?? []) : []) {
    if (!(name in picks!)) throw new Error(`${path}.${name} has to be picked: the CRD requires it`);
  }
  return Object.keys(picks ?? properties).map((name) => {
    const property = properties[name];
    if (property === undefined) throw new Error(`${path}.${name} is not in the CRD`);
    const head = `${nameOf(name)}${schema.required?.includes(name) ? '' : '?'}`;
    return { head, type: typeOf(property, picks?.[name] ?? null, `${path}.${name}`) };
  });
}

/** A list or a map of a type. */
function around(type: Type, before: string, after: string): Type {
  if (typeof type !== 'string') return { ...type, before: before + type.before, after: type.after + after };
  return `${before}${after.startsWith('[') && type.includes(' | ') ? `(${type})` : type}${after}`;
}
