import { stringify } from 'yaml';
import { Expression, Literal } from '../../values/expression';
import { Context, pipeline } from './pipeline';
import { escape, scalarCode } from './text';

/** A scalar in YAML, typed as its value is. */
export const scalar = (e: Expression, at: Context): string =>
  `{{ ${e.kind === 'string' ? `${pipeline(e, at)} | quote` : scalarCode(e, at)} }}`;

/** YAML 1.1 is what Helm and Kubernetes parse: `yes` and 0755 need quotes. */
const YAML_1_1 = { version: '1.1', lineWidth: 0 } as const;

/** A word that `stringify` leaves as it is; most keys are such words, and `stringify` is slow. */
const WORD = /^(?!(?:y|n|yes|no|on|off|true|false|null)$|e[-\d])[a-z][\w./-]*$/i;

/** A key or scalar on one line. */
const inline = (value: Literal['value']): string =>
  typeof value === 'string' && WORD.test(value) ? value : escape(stringify(value, YAML_1_1).trimEnd());

/** A key that is known. */
export const plainKey = (key: string): string => inline(key);

/** A known scalar behind `key:` or `-`; text of several lines as a block. */
export function literalLines(head: string, { value }: Literal, indent: number): string[] {
  if (typeof value !== 'string' || !value.includes('\n')) return [`${head} ${inline(value)}`];
  const [first, ...rest] = stringify({ k: value }, YAML_1_1).replace(/\n$/, '').split('\n');
  return [
    `${head}${escape(first!.slice(2))}`,
    ...rest.map((line) => (line ? ' '.repeat(indent) + escape(line) : line)),
  ];
}
