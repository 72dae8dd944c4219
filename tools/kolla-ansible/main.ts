import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DATA, RELEASE, factsFile, optionsIn, textOf } from './options';

/** `npm run kolla-ansible-options`: writes data/kolla-ansible/ anew. */
const facts = factsFile();
if (facts === undefined) throw new Error(`services-${RELEASE}.yaml is needed, in the folder in KOLLA_FACTS_DIR`);
mkdirSync(dirname(DATA), { recursive: true });
writeFileSync(DATA, textOf(optionsIn(readFileSync(facts, 'utf8'))));
