/**
 * JSON with a line for each option, rule or other leaf, so that a change of one is a change of one line. Keys are
 * sorted in maps; in leaves they stand as they were made.
 *
 * @param depth of maps above the leaves, or by key, `*` for all others: how each value is printed
 */
export type Layout = number | { readonly [key: string]: Layout };

export function print(value: unknown, layout: Layout, indent = ''): string {
  const of = (key: string): Layout => (typeof layout === 'number' ? layout - 1 : (layout[key] ?? layout['*'] ?? 0));
  if (layout === 0 || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => `${inner}${print(item, of('*'), inner)}`).join(',\n')}\n${indent}]`;
  }
  // A layout with keys gives their order too.
  const keys = typeof layout === 'number' ? Object.keys(value).sort() : inOrder(Object.keys(value), layout);
  const entries = keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(
    (key) => `${inner}${JSON.stringify(key)}: ${print((value as Record<string, unknown>)[key], of(key), inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function inOrder(keys: readonly string[], layout: { readonly [key: string]: Layout }): string[] {
  const known = Object.keys(layout).filter((key) => keys.includes(key));
  return [...known, ...keys.filter((key) => !known.includes(key)).sort()];
}

const SECTION = { help: 0, owner: 0, driverOption: 0, drivers: 0, options: 1 } as const;
const SECTIONS = { '*': SECTION } as const;

export const OPTIONS: Layout = {
  package: 0,
  versions: 0,
  files: 1,
  authentication: 0,
  more: 1,
  named: 1,
  namespaces: { '*': SECTIONS },
  unlisted: SECTIONS,
};
export const PLUGINS: Layout = { package: 0, versions: 0, common: 1, plugins: 2 };
export const RULES: Layout = { package: 0, versions: 0, rules: 1 };
