import { basename } from 'node:path';

/** Where projects keep what they give to oslo-config-generator. What is for policies stands beside it. */
export const GENERATORS = /config-generator[^/]*\.conf$|config-generator\/[^/]+\.(conf|ini)$/;

/** Release notes of the newest release that is older than the sources: they tell which release those are of. */
export const RELEASE_NOTES = /^releasenotes\/source\/\d{4}\.\d\.rst$/;

/**
 * The namespaces of each configuration file of a project, from what it gives to oslo-config-generator.
 *
 * @param lists by path
 * @param file the name of the configuration file where a list does not tell
 * @throws Error where there is none
 */
export function filesOf(lists: ReadonlyMap<string, string>, file: string): { [file: string]: string[] } {
  const found: { [file: string]: string[] } = {};
  for (const [path, text] of lists) {
    if (path.includes('policy')) continue;
    const namespaces = [...text.matchAll(/^namespace\s*=\s*(\S+)/gm)].map(([, name]) => name!);
    const output = /^output_file\s*=\s*(\S+)/m.exec(text)?.[1];
    // Ironic Inspector's is called so.
    const name = basename(output ?? file, '.sample').replace('example.conf', file);
    found[name] = [...new Set([...(found[name] ?? []), ...namespaces])].sort();
  }
  if (Object.keys(found).length === 0) throw new Error(`no list of namespaces for ${file}`);
  return found;
}

/** The release that sources are of: the one after the newest that has release notes of its own in them. */
export function releaseOf(paths: readonly string[]): string | undefined {
  const [newest] = paths.map((path) => basename(path, '.rst')).sort((one, other) => (one < other ? 1 : -1));
  if (newest === undefined) return undefined;
  const [year, half] = newest.split('.').map(Number);
  return half === 1 ? `${year}.2` : `${year! + 1}.1`;
}
