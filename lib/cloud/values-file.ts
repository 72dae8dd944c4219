import { readFileSync } from 'node:fs';
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
import type { Problem } from '../values/problem';
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
      const { offset, depth } = deepest(document, path);
      return depth === 0 ? undefined : { depth, where: `${file}:${lines.linePos(offset).line}` };
    };
    return { values: values as JsonMap, placeOf };
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`, { cause: error });
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
    ...{ uniqueKeys: sameKey, lineCounter: lines, keepSourceTokens: true },
  });
  const unreadable = UNREADABLE.exec(text);
  if (unreadable) fail(unreadable.index, `${JSON.stringify(unreadable[0])} is written as an escape, in double quotes`);
  const directive = /^%/m.exec(text);
  if (directive) fail(directive.index, 'A directive (%) is not for values files');
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === 'MULTIPLE_DOCS') fail(problem.pos[0], 'A values file is one document');
  if (problem?.message.startsWith('Unresolved tag'))
    fail(problem.pos[0], "An unknown tag (!): a text that begins with '!' is put in quotes");
  // Without the line itself, which may hold a password.
  if (problem) throw new Error(problem.message.split(':\n\n')[0]);
  visit(document, {
    Pair: (_, { key }) => {
      if (!isKey(key)) fail(offsetOf(key), 'A key is a text: put it in quotes');
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

/** The offset of the last key of a path that a document has, and how many of its keys that are. */
function deepest(document: Document, path: Problem['path']): { readonly offset: number; readonly depth: number } {
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
  return { offset, depth };
}

const offsetOf = (key: Pair['key']): number => (isNode(key) ? (key.range?.[0] ?? 0) : 0);

const isMerge = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol';

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
  if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(text)) throw new Error(`${text} is no number in JSON`);
  const digits = text.replaceAll('_', '');
  if (!/^[-+.\d]/.test(text) || (!FLOAT.test(digits) && !INTEGER.test(digits))) return text;
  const number = numberOf(digits);
  // Go has no number as large.
  if (!Number.isFinite(number)) return text;
  const exact = INTEGER.test(digits) ? Number.isSafeInteger(number) : !Object.is(number, -0);
  if (!exact || /^\..*_/.test(text)) throw new Error(`${text} is no number that all read alike: put it in quotes`);
  return number;
}

/** Of digits as Go writes them: 010 is octal, and so is 0o10. */
function numberOf(digits: string): number {
  if (!INTEGER.test(digits)) return Number(digits);
  const size = Number(digits.replace(/^[-+]/, '').replace(/^0[oO]?(?=[0-7])/, '0o'));
  return digits.startsWith('-') ? 0 - size : size;
}
