import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import type { PathsFrom } from '../completion/candidates';
import { cloudOf } from '../cloud-options';

const SHELLS = ['bash', 'zsh', 'fish'];

const HELP = `
To have it in every shell:
  bash, in ~/.bashrc:                eval "$(kolla-cdk8s completion bash)"
  zsh, in ~/.zshrc behind compinit:  eval "$(kolla-cdk8s completion zsh)"
  fish, once:                        kolla-cdk8s completion fish > ~/.config/fish/completions/kolla-cdk8s.fish

Where npx runs the command, it needs a name of its own first. In ~/.bashrc or ~/.zshrc:
  kolla-cdk8s() { npx kolla-cdk8s "$@"; }
in fish, once:
  alias --save kolla-cdk8s='npx kolla-cdk8s'`;

/** The scripts of the shells ask the command itself what may stand at the cursor: so all commands are in it. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print a script by which a shell completes commands, options, files and paths of values.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: string) => {
      process.stdout.write(readFileSync(join(__dirname, '..', 'completion', `kolla-cdk8s.${shell}`), 'utf8'));
    });
  program
    .command('complete', { hidden: true })
    .description('For these scripts: what may stand at the end of a line, a word, a tab and what it is in each line.')
    .argument('<line>', 'from the name of the program to the cursor')
    .action(async (line: string) => {
      const { candidatesFor } = await import('../completion/candidates.js');
      const found = await candidatesFor(program, line, pathsFrom);
      if (typeof found === 'string') console.log(`:${found}`);
      else for (const { text, help } of found) console.log(`${text}\t${help}`);
    });
}

const pathsFrom: PathsFrom = async (start, use) => {
  const [{ pathCandidates }, cloud] = await Promise.all([import('../completion/paths.js'), cloudOf()]);
  return pathCandidates(cloud, start, use);
};
