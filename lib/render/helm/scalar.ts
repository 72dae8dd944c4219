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

/** What Go's parser takes for a number once it has taken every `_` out; a merge key; the marks between documents. */
const NOT_TEXT = /^[-+]?(0[box][\da-f]+|(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?)$|^<<$|^(---|\.\.\.)/i;

/** What Go's parser breaks a line at, or does not take. */
const UNPRINTABLE = /[^\P{Cc}\t]|[\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/u;

/** A text that Go reads otherwise than `stringify` thinks, or whose end Helm would trim with the document's. */
const isDelicate = (text: string): boolean =>
  UNPRINTABLE.test(text) || NOT_TEXT.test(text.replace(/_/g, '')) || text !== text.trim();

/** A key or scalar on one line. */
function inline(value: Literal['value']): string {
  if (typeof value === 'string' && WORD.test(value)) return value;
  if (typeof value === 'string' && isDelicate(value)) return escape(doubleQuoted(value));
  return escape(stringify(value, YAML_1_1).replace(/\n$/, ''));
}

const doubleQuoted = (text: string): string =>
  JSON.stringify(text).replace(
    new RegExp(UNPRINTABLE, 'gu'),
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A key that is known. */
export const plainKey = (key: string): string => inline(key);

/** Text whose blanks all have something visible on both sides, but for one line break at the end. */
const BLOCK = /^\S(.*\S)?\n?$/s;

/** A known scalar behind `key:` or `-`; text of several lines as a block, where a block keeps all of it. */
export function literalLines(head: string, { value }: Literal, indent: number): string[] {
  const isBlock = typeof value === 'string' && value.includes('\n') && BLOCK.test(value);
  if (!isBlock || value.split('\n').some((line) => UNPRINTABLE.test(line))) return [`${head} ${inline(value)}`];
  const lines = value.replace(/\n$/, '').split('\n');
  return [
    `${head} ${value.endsWith('\n') ? '|' : '|-'}`,
    ...lines.map((line) => line && ' '.repeat(indent + 2) + escape(line)),
  ];
}
