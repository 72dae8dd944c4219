#!/usr/bin/env node
import '../lib/cloud/short-run';
import { Command } from 'commander';
import { VERSION } from '../lib/version';
import { addCompletion } from './commands/completion';
import { addDiff } from './commands/diff';
import { addExplain } from './commands/explain';
import { addGenpwd } from './commands/genpwd';
import { addImages } from './commands/images';
import { addInit } from './commands/init';
import { addImport } from './commands/import';
import { addSchema } from './commands/schema';
import { addSynth } from './commands/synth';
import { addValidate } from './commands/validate';

/** The command. What a command needs beyond its own options is loaded when it runs: the help has to come at once. */
const program = new Command('kolla-cdk8s')
  .description('OpenStack from Kolla images, as plain manifests and as Helm charts that give the same.')
  .version(VERSION)
  .showHelpAfterError()
  .showSuggestionAfterError();
const commands = [
  ...[addInit, addGenpwd, addImport, addExplain, addValidate, addImages, addSynth, addDiff, addSchema],
  addCompletion,
];
for (const add of commands) add(program);

// Node's console says nothing of a disk that is full. Who reads no further, as head does, has what they want.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  process.exitCode = 1;
  console.error(`standard output: cannot be written (${code})`);
});
program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
