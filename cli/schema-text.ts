import { Cloud, editorSchema } from '../lib/cloud';
import { HEAD } from './schema';

/** The JSON schema of cloud files, as a file has it. */
export const schemaOf = (cloud: Cloud): string => `${HEAD}${JSON.stringify(editorSchema(cloud)).slice(1)}\n`;
