import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KOLLA } from '../../tools/kolla-recipes/facts';
import type { KollaFacts, KollaRelease } from '../../tools/kolla-recipes/facts';
import { kollaFacts } from '../../tools/kolla-recipes/render';
import { committedFacts, factsFile } from './committed';

/**
 * What is committed in data/kolla is what the recipes of that version of Kolla say: `npm run test:kolla-images`, which
 * needs PyPI. With WRITE=1 it is written anew from the newest version of each release: `npm run kolla-facts`.
 */
const write = process.env['WRITE'] === '1';

/** One line for each image and distribution, so that a change of one is a change of one line. */
const textOf = ({ kolla, images }: KollaFacts): string => {
  const lines = Object.entries(images).map(([name, of]) => {
    const distros = Object.entries(of).map(([distro, recipe]) => `    "${distro}": ${JSON.stringify(recipe)}`);
    return `  "${name}": {\n${distros.join(',\n')}\n  }`;
  });
  return `{\n"kolla": "${kolla}",\n"images": {\n${lines.join(',\n')}\n}\n}\n`;
};

test.each(Object.keys(KOLLA) as KollaRelease[])(
  "data/kolla/%s.json is what Kolla's recipes say; if not: npm run kolla-facts",
  (release) => {
    const text = textOf(kollaFacts(release, write ? undefined : committedFacts(release).kolla));
    const file = factsFile(release);
    if (write) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(readFileSync(file, 'utf8').split('\n')).toEqual(text.split('\n'));
  },
  300_000,
);
