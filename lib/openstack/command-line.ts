import { Expression, pathOf } from '../values/expression';
import { JsonSchema } from '../values/json-schema';
import { expressionOf } from '../values/value';
import type { Service } from './service';

const BLANK_OR_QUOTE = /[\s'"\\]/;

/**
 * The words of a command as one line, which `kolla_start` and our own programs split at its blanks again.
 *
 * @throws Error where a word is empty, or holds a blank or a quote, or a value that may hold one
 */
export function commandLine(service: Service, command: readonly string[]): string {
  const refuse = (what: string): never => {
    throw new Error(`${service.node.path}: ${what}, where words of a command are parted by blanks`);
  };
  for (const e of command.flatMap((word) => (word === '' ? refuse('a word is empty') : printed(expressionOf(word))))) {
    if (e.op === 'literal' && BLANK_OR_QUOTE.test(String(e.value))) {
      refuse(`${JSON.stringify(e.value)} has a blank or a quote in it`);
    }
    if (e.op === 'reference' && e.root === 'Values' && mayHoldBlank(schemaOf(service, e.path))) {
      refuse(`the value ${pathOf(e.path)} may hold a blank or a quote`);
    }
  }
  return command.join(' ');
}

/** The literals and values of which a text is made. */
function printed(e: Expression): Expression[] {
  switch (e.op) {
    case 'choose':
      return [e.then, e.otherwise].flatMap(printed);
    case 'named':
      return printed(e.body);
    case 'concat':
      return e.parts.flatMap(printed);
    default:
      return [e];
  }
}

const schemaOf = (service: Service, path: readonly string[]): JsonSchema =>
  path.reduce<JsonSchema>((schema, key) => schema.properties?.[key] ?? {}, service.model.jsonSchema);

function mayHoldBlank({ type, pattern, enum: allowed, anyOf }: JsonSchema): boolean {
  if (anyOf) return anyOf.some(mayHoldBlank);
  if (allowed) return allowed.some((value) => BLANK_OR_QUOTE.test(JSON.stringify(value).slice(1, -1)));
  if (type !== 'string') return false;
  const matches = new RegExp(pattern ?? '', 'u');
  return ['a b', "a'b", 'a"b', 'a\\b', ' ', "'", ''].some((text) => matches.test(text));
}
