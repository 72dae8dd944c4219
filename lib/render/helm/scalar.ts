import { stringify } from 'yaml';
import { Expression, Literal } from '../../values/expression';
import { Context, pipeline } from './pipeline';
import { escape, scalarCode } from './text';

/** A scalar in YAML, typed as its value is. */
export const scalar = (e: Expression, at: Context): string =>
  `{{ ${e.kind === 'string' ? `${pipeline(e, at)} | quote` : scalarCode(e, at)} }}`;

/** YAML 1.1 is what Helm and Kubernetes parse: `yes` and 0755 need quotes. */
const YAML_1_1 = { version: '1.1', lineWidth: 0 } as const;

/** A key that is known. */
export const plainKey = (key: string): string => escape(stringify(key, YAML_1_1).trimEnd());

/** A known scalar behind `key:` or `-`; text of several lines as a block. */
export function literalLines(head: string, { value }: Literal, indent: number): string[] {
  if (typeof value !== 'string' || !value.includes('\n')) {
    return [`${head} ${escape(stringify(value, YAML_1_1).trimEnd())}`];
  }
  const [first, ...rest] = stringify({ k: value }, YAML_1_1).replace(/\n$/, '').split('\n');
  return [
    `${head}${escape(first!.slice(2))}`,
    ...rest.map((line) => (line ? ' '.repeat(indent) + escape(line) : line)),
  ];
}
