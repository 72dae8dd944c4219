import { hasBranches } from '../../values/subset';
import { ANY } from './text';

/** Escapes of Python that mean the same everywhere; those of classes stand for ASCII only. */
const CLASSES: { readonly [escape: string]: string } = { '\\d': '0-9', '\\w': 'A-Za-z0-9_' };

/** The parts of a pattern: an escape, a class, the beginning of a group, a quantifier, a character. */
const PARTS = /\\.|\[\^?\]?(?:\\.|[^\\\]])*\]|\(\?.|[*+?}][?+]?|./gsu;

/**
 * A pattern of Python, which is searched for anywhere in a text, as one that spans the text and that RE2 and
 * ECMAScript read alike.
 *
 * @returns undefined if it looks around or refers back, or names a class of Unicode
 */
export function spanning(pattern: string): string | undefined {
  const parts = (pattern.match(PARTS) ?? []).map(part);
  if (parts.includes(undefined)) return undefined;
  const inner = parts.slice(parts[0] === '^' ? 1 : 0, parts.at(-1) === '$' ? -1 : undefined) as string[];
  // An anchor of a branch, or none that spans: what is inside has its own.
  if (inner.includes('^') || inner.includes('$')) return undefined;
  const branches = hasBranches(inner);
  if (branches && inner.length !== parts.length) return undefined;
  const before = parts[0] === '^' ? '' : ANY;
  const after = parts.at(-1) === '$' ? '' : ANY;
  return `${before}${branches ? `(${inner.join('')})` : inner.join('')}${after}`;
}

function part(source: string): string | undefined {
  if (source === '.') return ANY.slice(0, -1);
  if (source === '\\Z') return '$';
  if (source === '\\A') return '^';
  if (source.startsWith('(?')) return source === '(?:' ? '(' : undefined;
  if (source.startsWith('\\')) {
    if (source in CLASSES) return `[${CLASSES[source]!}]`;
    return /[A-Za-z0-9]/.test(source) ? undefined : escaped(source[1]!);
  }
  if (source.startsWith('[')) return characters(source);
  // Greedy or not, the same texts match; a possessive one may match fewer.
  if (/^[*+?}]./.test(source)) return source.endsWith('?') ? source[0] : undefined;
  return source;
}

/** ECMAScript allows an escape only where there is something to escape. */
const escaped = (sign: string): string => (/[\^$\\.*+?()[\]{}|/]/.test(sign) ? `\\${sign}` : sign);

function characters(source: string): string | undefined {
  const negated = source.startsWith('[^');
  const inside = source.slice(negated ? 2 : 1, -1);
  const named = inside.match(/\\[A-Za-z0-9]/g) ?? [];
  if (named.some((escape) => !(escape in CLASSES))) return undefined;
  const signs = inside.replace(/\\.|[^\\]/gsu, (sign, at: number) => {
    if (sign in CLASSES) return CLASSES[sign]!;
    const plain = sign.at(-1)!;
    const range = sign === '-' && at > 0 && at < inside.length - 1;
    if (range) return '-';
    return /[\^$\\.*+?()[\]{}|/-]/.test(plain) ? `\\${plain}` : plain;
  });
  return `[${negated ? '^' : ''}${signs}]`;
}
