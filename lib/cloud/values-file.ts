import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  Document,
  LineCounter,
  Node,
  Pair,
  ScalarTag,
  isAlias,
  isMap as isYamlMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
} from 'yaml';
import type { JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import { nearest } from '../values/nearest';
import type { Problem } from '../values/problem';
import { reasonOf } from './reason';
import type { Origin, Source } from './sources';

/** What a values file holds, and where. */
export interface ValuesFile extends Source {
  readonly values: JsonMap;
}

/**
 * Reads a values file as Helm does: YAML 1.1 as Go's parser has it, so `yes` is a string only in quotes. What Helm
 * would read as something else than it looks like, or the two Helms each in its way, is refused.
 *
 * @throws Error with the file, and the line where the YAML is broken
 */
export const readValues = (file: string): JsonMap => readValuesFile(file).values;

/** As `readValues` does, with places. */
export function readValuesFile(file: string): ValuesFile {
  try {
    const lines = new LineCounter();
    const document = parseValues(textOf(file), lines);
    const values: unknown = document.toJS() ?? {};
    if (!isMap(values as JsonMap)) throw new Error("a values file is a map, such as 'global: {…}'");
    const placeOf = (path: Problem['path']): Origin | undefined => {
      const { offset, depth, found } = deepest(document, path);
      if (depth === 0) return undefined;
      const isNull = !isNode(found) || (isScalar(found) && found.value === null);
      return { depth, where: `${file}:${lines.linePos(offset).line}`, isNull };
    };
    return { values: values as JsonMap, placeOf };
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** What was meant with a file that there is not. */
function hintOf(file: string): string {
  const parts = file.split(',');
  if (parts.length > 1 && parts.every((part) => existsSync(part)))
    return `; each file has an option of its own: -c ${parts.join(' -c ')}`;
  const folder = dirname(file);
  const close = existsSync(folder)
    ? nearest(
        basename(file),
        readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name)),
      )
    : undefined;
  return close === undefined ? '' : `; did you mean '${join(folder, close)}'?`;
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(`cannot be read: ${reasonOf(error)}${isMissing ? hintOf(file) : ''}`, { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error('is not UTF-8', { cause: error });
  }
}

/** Characters that Go takes for a line break or does not take at all. */
const UNREADABLE = /\r(?!\n)|(?![\t\r\n])[\p{Cc}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/u;
/** Halves of a character, and the slash: as JSON may escape them and Go does not. */
const JSON_ESCAPE = /^(?:[^\\]|\\.)*?\\(?:\/|u[dD][89a-fA-F])/su;

function parseValues(text: string, lines: LineCounter): Document {
  const fail = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new Error(`${message} at line ${line}, column ${col}`);
  };
  const document = parseDocument(text, {
    ...{ version: '1.1', schema: 'failsafe', customTags: ['merge', plain], resolveKnownTags: false },
    ...{ uniqueKeys: sameKey, lineCounter: lines, keepSourceTokens: true, prettyErrors: false },
  });
  const unreadable = UNREADABLE.exec(text);
  if (unreadable) fail(unreadable.index, `${JSON.stringify(unreadable[0])} is written as an escape, in double quotes`);
  const directive = /^%/m.exec(text);
  if (directive) fail(directive.index, 'A directive (%) is not for values files');
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === 'MULTIPLE_DOCS') fail(problem.pos[0], 'A values file is one document');
  if (problem?.message.startsWith('Unresolved tag'))
    fail(problem.pos[0], "An unknown tag (!): a text that begins with '!' is put in quotes");
  // Without what the parser quotes of the text, which may be a password.
  if (problem) fail(problem.pos[0], problem.message.split(/(?<=\w): | \\/)[0]!);
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isKey(key)) fail(offsetOf(key), 'A key is a text: put it in quotes');
      if (isMerge(key) && !isMergeable(value, document)) fail(offsetOf(key), "'<<' takes a map, or a list of maps");
    },
    Map: (_, { items }) => {
      const late = items.findIndex(({ key }, i) => i > 0 && isMerge(key));
      if (late > 0) fail(offsetOf(items[late]!.key), "'<<' wins in Helm over what stands before it: put it first");
    },
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        fail(alias.range?.[0] ?? 0, "An alias (*) of nothing: a text that begins with '*' is put in quotes");
    },
    Scalar: (_, { srcToken, range }) => {
      if (srcToken?.type === 'double-quoted-scalar' && JSON_ESCAPE.test(srcToken.source))
        fail(range![0], "Helm does not take JSON's escapes \\/ and \\ud83d\\ude00");
    },
  });
  return document;
}

/** The last key of a path that a document has: its offset, how many keys that are, and what stands there. */
function deepest(
  document: Document,
  path: Problem['path'],
): { readonly offset: number; readonly depth: number; readonly found: unknown } {
  let [at, offset, depth]: [unknown, number, number] = [document.contents, 0, 0];
  for (const key of path) {
    const inside = isAlias(at) ? at.resolve(document) : at;
    if (isYamlMap(inside)) {
      const pair = inside.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      [at, offset] = [pair.value, offsetOf(pair.key)];
    } else if (isSeq(inside) && typeof key === 'number' && key < inside.items.length) {
      at = inside.items[key];
      offset = (at as Node).range?.[0] ?? offset;
    } else break;
    depth += 1;
  }
  return { offset, depth, found: at };
}

const offsetOf = (key: Pair['key']): number => (isNode(key) ? (key.range?.[0] ?? 0) : 0);

const isMerge = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol';

/** A map, or a list of them; they may be aliases. */
function isMergeable(value: unknown, document: Document): boolean {
  const resolved = (one: unknown): unknown => (isAlias(one) ? one.resolve(document) : one);
  const source = resolved(value);
  const maps = isSeq(source) ? source.items.map(resolved) : [source];
  // An alias of nothing is told as such.
  return maps.every((map) => map === undefined || isYamlMap(map));
}

/** Only keys that are what they look like: of `010`, `yes`, `1.5` or nothing, Helm would make another text. */
function isKey(key: unknown): boolean {
  if (!isScalar(key)) return false;
  const { value, source = '' } = key;
  if (typeof value === 'number') return Number.isInteger(value) && `${value}` === source;
  if (typeof value === 'boolean') return `${value}` === source;
  return typeof value === 'string' || isMerge(key);
}

const sameKey = (a: unknown, b: unknown): boolean => isScalar(a) && isScalar(b) && String(a.value) === String(b.value);

/** What Go makes of a text without quotes. */
const plain: ScalarTag = { tag: 'plain', default: true, test: /^/, resolve: plainValue };

const INTEGER = /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

function plainValue(text: string): string | number | boolean | null {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:[yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:[nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text))
    throw new Error('Infinity, and what is no number, needs quotes');
  const digits = text.replaceAll('_', '');
  if (!/^[-+.\d]/.test(text) || (!FLOAT.test(digits) && !INTEGER.test(digits))) return text;
  const number = numberOf(digits);
  // Go has no number as large.
  if (!Number.isFinite(number)) return text;
  const exact = INTEGER.test(digits) ? Number.isSafeInteger(number) : !Object.is(number, -0);
  if (!exact || /^\..*_/.test(text)) throw new Error('A number that not all read alike needs quotes');
  return number;
}

/** Of digits as Go writes them: 010 is octal, and so is 0o10. */
function numberOf(digits: string): number {
  if (!INTEGER.test(digits)) return Number(digits);
  const size = Number(digits.replace(/^[-+]/, '').replace(/^0[oO]?(?=[0-7])/, '0o'));
  return digits.startsWith('-') ? 0 - size : size;
}
