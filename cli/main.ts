#!/usr/bin/env node
import '../lib/cloud/short-run';
import { Command } from 'commander';
import { reasonOf } from '../lib/cloud/reason';
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
// Commander's own says nothing of a command that there is not.
program
  .helpCommand(false)
  .command('help [command]')
  .description('Say how a command is used.')
  .helpOption(false)
  .action(async (name?: string) => {
    const about = name === undefined ? program : program.commands.find((command) => command.name() === name);
    if (about) about.outputHelp();
    else await program.parseAsync([name!], { from: 'user' });
  });

// Node's console says nothing of a disk that is full. Who reads no further, as head does, has what they want.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.exitCode = 1;
  console.error(`cannot write to standard output: ${reasonOf(error)}`);
});
program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
