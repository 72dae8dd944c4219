import Module from 'node:module';
import { writeFileSync } from 'node:fs';

/**
 * Preloaded with `-r`: writes the names of all packages that the project's own modules import, in the order in which
 * they do, to the file that IMPORTS names.
 */
const loader = Module as unknown as {
  _load: (name: string, parent: NodeJS.Module | undefined, isMain: boolean) => unknown;
};
const load = loader._load;
const names = new Set<string>();

loader._load = (name, parent, isMain) => {
  const ours = parent?.filename !== undefined && !parent.filename.includes('node_modules');
  if (ours && !name.startsWith('.') && !name.startsWith('/')) names.add(name);
  return load(name, parent, isMain);
};

process.once('exit', () => {
  writeFileSync(process.env['IMPORTS']!, JSON.stringify([...names]));
});
