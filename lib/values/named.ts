import { Value, expressionOf } from './value';

/**
 * Gives a text a name of its own in the chart: `keystone.image`, a named template that is included where the text is
 * used.
 *
 * @param name unique in the chart; the chart's own name is put in front
 */
export const named = (name: string, text: string | Value<string>): Value<string> =>
  new Value({ op: 'named', kind: 'string', name, body: expressionOf(text) });

/** Hexadecimal SHA-256 of the texts, joined by line breaks. Secrets may be in it. */
export const digest = (parts: readonly (string | Value<unknown>)[], length?: number): Value<string> =>
  new Value({ op: 'digest', kind: 'string', parts: parts.map(expressionOf), ...(length && { length }) });

/** The text in base64, as the data of a Secret has it. */
export const base64 = (text: string | Value<string>): Value<string> =>
  new Value({ op: 'base64', kind: 'string', argument: expressionOf(text) });

/** JSON of a value: a scalar in a JSON file, or any value in a fingerprint. */
export const json = (value: unknown): Value<string> =>
  new Value({ op: 'json', kind: 'string', argument: expressionOf(value) });
