import type { Argument, Command, Option } from 'commander';

/** What may stand at the end of a line: a whole word, and what it is, in one line. */
export interface Candidate {
  readonly text: string;
  readonly help: string;
}

/** What only the shell knows: it completes these itself. */
export type Kind = 'files' | 'folders';

/** Whose paths of values: those that `explain` takes, those that `--set` can name, or names of services alone. */
export type PathUse = 'explain' | 'set' | 'service';

/** The paths of values that begin with a text. */
export type PathsFrom = (start: string, use: PathUse) => Promise<Candidate[]>;

/** What is taken, by the name that the help has for it: `--out <folder>`. */
const TAKES: ReadonlyMap<string, Kind | PathUse> = new Map([
  ['file', 'files'],
  ['folder', 'folders'],
  ['path', 'explain'],
  ['key=value', 'set'],
  ['service', 'service'],
]);

/**
 * What may stand at the end of a line, as the tree of commands has it.
 *
 * @param line from the name of the program to the cursor
 */
export async function candidatesFor(program: Command, line: string, paths: PathsFrom): Promise<Candidate[] | Kind> {
  const words = line.trimStart().split(/\s+/).slice(1);
  const current = words.pop() ?? '';
  const { command, option, count, onlyArguments } = placeAfter(words, program);
  if (option) return (await taken(option, placeholderOf(option), current, paths)) ?? [];
  if (current.startsWith('-') && !onlyArguments) return optionsFrom(command, current, paths);
  if (count === 0 && command.commands.length > 0) return beginning(current, commandsOf(command));
  const argument = command.registeredArguments[count] ?? command.registeredArguments.find(({ variadic }) => variadic);
  // An argument of which nothing is known: a file, as shells have it.
  if (argument) return (await taken(argument, argument.name(), current, paths)) ?? 'files';
  return onlyArguments ? [] : beginning(current, optionsOf(command));
}

/** Where a word stands. */
interface PlaceInLine {
  readonly command: Command;
  /** The option whose value it is. */
  readonly option?: Option | undefined;
  /** How many arguments the command has before it. */
  readonly count: number;
  /** It is behind `--`. */
  readonly onlyArguments: boolean;
}

const placeAfter = (words: readonly string[], program: Command): PlaceInLine =>
  words.reduce<PlaceInLine>(
    (place, word) => {
      const { command, count, onlyArguments } = place;
      if (place.option) return { ...place, option: undefined };
      if (word === '--') return { ...place, onlyArguments: true };
      if (word.startsWith('-') && !onlyArguments) {
        const option = findOption(command, word);
        return option?.required ? { ...place, option } : place;
      }
      // Commander's own: behind it stands a command.
      if (word === 'help' && count === 0 && command.commands.length > 0) return place;
      const inside = count === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      return inside ? { ...place, command: inside } : { ...place, count: count + 1 };
    },
    { command: program, count: 0, onlyArguments: false },
  );

/** Options, or the values of one behind its `=`. */
async function optionsFrom(command: Command, current: string, paths: PathsFrom): Promise<Candidate[] | Kind> {
  const [flag = '', start] = current.split(/=(.*)/s);
  if (start === undefined) return beginning(current, optionsOf(command));
  const option = findOption(command, flag);
  if (!option?.required) return [];
  const values = (await taken(option, placeholderOf(option), start, paths)) ?? [];
  return typeof values === 'string' ? values : values.map(({ text, help }) => ({ text: `${flag}=${text}`, help }));
}

async function taken(
  { argChoices }: Option | Argument,
  placeholder: string,
  start: string,
  paths: PathsFrom,
): Promise<Candidate[] | Kind | undefined> {
  if (argChoices) {
    return beginning(
      start,
      argChoices.map((text) => ({ text, help: '' })),
    );
  }
  const kind = TAKES.get(placeholder);
  return kind === undefined || kind === 'files' || kind === 'folders' ? kind : paths(start, kind);
}

const beginning = (start: string, candidates: readonly Candidate[]): Candidate[] =>
  candidates.filter(({ text }) => text.startsWith(start));

const visibleOptions = (command: Command): Option[] => command.createHelp().visibleOptions(command);

const findOption = (command: Command, flag: string): Option | undefined =>
  visibleOptions(command).find(({ short, long }) => flag === short || flag === long);

const placeholderOf = ({ flags }: Option): string => /<(.+)>/.exec(flags)?.[1] ?? '';

const optionsOf = (command: Command): Candidate[] =>
  visibleOptions(command).map(({ long, short, description }) => ({ text: long ?? short ?? '', help: description }));

const commandsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ text: one.name(), help: one.description() }));
