import { parseArgs } from 'node:util';
import { writeSite } from './site';

/** `npm run reference [-- --out FOLDER]`: every option and policy rule that `data/` has, as HTML. */
const { values } = parseArgs({ options: { out: { type: 'string', default: 'reference-out' } } });
writeSite(values.out);
console.log(`${values.out}/index.html`);
