import { JsonSchema, isClosed } from './json-schema';
import { pathOf } from './expression';

/** Keywords that zod and Helm's validator judge alike. Lengths differ beyond 1 (UTF-16 units against code points). */
const KEYWORDS = new Set([
  ...['type', 'title', 'description', 'default', 'writeOnly', 'enum', 'const', 'anyOf', 'not', 'rule'],
  ...['properties', 'required', 'additionalProperties', 'propertyNames', 'items', 'minItems', 'maxItems'],
  ...['pattern', 'minLength', 'minimum', 'maximum'],
]);
/** What may be said of the keys of a map: a chart's schema says it by `patternProperties`. */
const KEY_KEYWORDS = new Set(['type', 'title', 'description', 'pattern', 'enum']);
const SCALARS = new Set(['string', 'integer', 'number', 'boolean']);

/**
 * Refuses a schema that zod and Helm could judge differently, or that a template could not rely on.
 *
 * @throws Error with the path of every offending part
 */
export function assertSubset(name: string, schema: JsonSchema): void {
  const problems: string[] = [];
  check(schema, [], (path, problem) => problems.push(`${[name, pathOf(path)].filter(Boolean).join('.')}: ${problem}`));
  if (problems.length > 0) throw new Error(`not in the schema subset of charts:\n  ${problems.join('\n  ')}`);
}

type Report = (path: readonly string[], problem: string) => void;

function check(schema: JsonSchema, path: readonly string[], report: Report): void {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) report(path, `the keyword '${keyword}' is not allowed`);
  }
  if ((schema.minLength ?? 0) > 1) report(path, 'a minimum length above 1 counts differently in zod and in Helm');
  if (schema.pattern !== undefined) checkPattern(schema.pattern, path, report);
  if ([schema.type].flat().includes('null') || [schema.const, ...(schema.enum ?? [])].includes(null)) {
    report(path, 'null is no value, for it deletes a default: use .optional()');
  }
  if (schema.anyOf) checkUnion(schema.anyOf, path, report);
  else if (schema.type === undefined && schema.enum === undefined && schema.const === undefined) {
    report(path, 'a type is needed');
  }
  if (schema.type === 'object') checkObject(schema, path, report);
  if (schema.type === 'array') {
    if (schema.items) check(schema.items, [...path, '*'], report);
    else report(path, 'a list needs a schema for its items');
  }
}

function checkUnion(members: readonly JsonSchema[], path: readonly string[], report: Report): void {
  for (const member of members) {
    const scalar = isScalar(member) || (member.type === 'array' && isScalar(member.items?.anyOf?.[0] ?? member.items));
    if (!scalar) report(path, 'a union may only hold scalars and lists of scalars');
    check(member, path, report);
  }
}

const isScalar = ({ type = 'null' }: JsonSchema = {}): boolean => [type].flat().every((one) => SCALARS.has(one));

function checkObject(schema: JsonSchema, path: readonly string[], report: Report): void {
  const required = new Set(schema.required);
  const { properties = {}, additionalProperties, propertyNames } = schema;
  if (propertyNames) checkKeys(propertyNames, path, report);
  if (additionalProperties === undefined || additionalProperties === true) {
    report(path, 'an object is closed (z.strictObject) or a map of one type (z.record)');
  }
  if (typeof additionalProperties === 'object') check(additionalProperties, [...path, '*'], report);
  for (const [key, child] of Object.entries(properties)) {
    check(child, [...path, key], report);
    if (isClosed(child) && !required.has(key)) {
      report([...path, key], 'an object must have a default, or a template could not reach into it');
    }
  }
}

function checkKeys(names: JsonSchema, path: readonly string[], report: Report): void {
  for (const keyword of Object.keys(names)) {
    if (!KEY_KEYWORDS.has(keyword)) report(path, `the keyword '${keyword}' is not allowed for keys`);
  }
  if (names.pattern !== undefined) checkPattern(names.pattern, path, report);
}

/** The parts of a pattern: an escape, a class, the beginning of a group, a character. */
const PARTS = /\\.|\[(?:\\.|[^\\\]])*\]|\(\?.|./gsu;

function checkPattern(pattern: string, path: readonly string[], report: Report): void {
  if (/\(\?[=!<]/.test(pattern)) report(path, `the pattern ${pattern} looks around, which RE2 can't`);
  if (/\\[1-9uxc]|\\[sSwWbB]|\(\?[^:=!<]|\[\^?\]/.test(pattern)) {
    report(path, `the pattern ${pattern} has a part that RE2 and ECMAScript read differently`);
  }
  const parts: readonly string[] = pattern.match(PARTS) ?? [];
  if (parts.includes('.'))
    report(path, `the pattern ${pattern} has a '.': RE2 and ECMAScript differ in what a line is`);
  if (parts[0] !== '^' || parts.at(-1) !== '$' || hasBranches(parts)) {
    report(path, `the pattern ${pattern} must span the value`);
  }
}

/** Whether a pattern, of which these are the parts, has branches outside of groups, as in `^a|b$`. */
export function hasBranches(parts: readonly string[]): boolean {
  let depth = 0;
  return parts.some((part) => {
    if (part.startsWith('(')) depth += 1;
    if (part === ')') depth -= 1;
    return part === '|' && depth === 0;
  });
}
