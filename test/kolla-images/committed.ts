import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KollaFacts, KollaRelease } from '../../tools/kolla-recipes/facts';

export const factsFile = (release: KollaRelease): string =>
  join(__dirname, '..', '..', 'data', 'kolla', `${release}.json`);

/** The recipes of Kolla as they were when `npm run kolla-facts` last ran. */
export const committedFacts = (release: KollaRelease): KollaFacts =>
  JSON.parse(readFileSync(factsFile(release), 'utf8')) as KollaFacts;
