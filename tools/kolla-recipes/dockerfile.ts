import type { Recipe } from './facts';

/** Reads a file that stands beside the Dockerfile; undefined where there is none. */
export type ReadFile = (name: string) => string | undefined;

const LIBRARY = 'kolla/';
const INSTALLERS = [/^apt-get -y install(?: --no-install-recommends)? /, /^apt-get -y install /, /^dnf -y install /];
const EXTEND_START = '/usr/local/bin/kolla_extend_start';

/** The facts in a rendered Dockerfile of Kolla. */
export function recipeOf(dockerfile: string, readBeside: ReadFile): Recipe {
  const instructions = instructionsOf(dockerfile);
  const of = (name: string) => instructions.flatMap(([word, rest]) => (word === name ? [rest] : []));
  const commands = of('RUN').flatMap((line) => line.split(/ && |;/).map((one) => one.trim()));
  const from = of('FROM')[0] ?? '';
  const copies = of('COPY').flatMap(copied);
  const beside = (dest: string) => copies.filter((copy) => copy.dest === dest).map(({ source }) => readBeside(source));
  const texts = copies.flatMap(({ source, dest }) =>
    dest.startsWith('/etc/sudoers') ? (readBeside(source) ?? '') : [],
  );
  const added = beside(EXTEND_START).flatMap((text) => /^ARGS="(.+)"$/m.exec(text ?? '')?.[1] ?? []);
  return withoutEmpty({
    ...(from.startsWith(LIBRARY) ? { parent: from.slice(LIBRARY.length).replace(/:.*/, '') } : { system: from }),
    user: of('USER').at(-1),
    entrypoint: jsonOf(of('ENTRYPOINT').at(-1)),
    cmd: jsonOf(of('CMD').at(-1)),
    env: Object.fromEntries(
      of('ENV')
        .flatMap(variables)
        .filter(([name]) => name === 'PATH'),
    ),
    packages: sorted(commands.flatMap((command) => wordsAfter(command, INSTALLERS))),
    pip: sorted(commands.flatMap((command) => wordsAfter(command, [/^python3 -m pip .*? install /]))),
    venvs: sorted(commands.flatMap((command) => wordsAfter(command, [/^python3 -m venv /]))),
    files: sorted(copies.map(({ dest }) => dest).filter((dest) => !dest.startsWith('/tmp/'))),
    directories: sorted(commands.flatMap((command) => wordsAfter(command, [/^mkdir -p /, /^install -d /]))),
    runs: sorted(commands.flatMap((command) => /^(\/\S+\/bin\/\S+) /.exec(command)?.[1] ?? [])),
    users: users(commands),
    members: sorted(commands.flatMap((command) => /^usermod .*--groups kolla (\S+)/.exec(command)?.[1] ?? [])),
    sudo: sorted(texts.flatMap((text) => text.match(/(?<=^%kolla ALL=\(root\) NOPASSWD: ).+/gm) ?? [])),
    addedArguments: added[0],
  });
}

/** Each instruction's word and the rest of its line, continued lines and comments taken out. */
function instructionsOf(dockerfile: string): [string, string][] {
  const lines = dockerfile.split('\n').filter((line) => !/^\s*#/.test(line));
  const joined = lines.join('\n').replace(/\\\s*\n/g, ' ');
  return joined.split('\n').flatMap((line): [string, string][] => {
    const [, word, rest] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return word === undefined || rest === undefined ? [] : [[word, rest.replace(/\s+/g, ' ').trim()]];
  });
}

/** `COPY a b /usr/bin/`, `COPY a /usr/bin/b`: what goes where. */
function copied(rest: string): { source: string; dest: string }[] {
  const words = rest.split(' ').filter((word) => !word.startsWith('--'));
  const dest = words.at(-1)!;
  return words.slice(0, -1).map((source) => ({ source, dest: dest.endsWith('/') ? `${dest}${source}` : dest }));
}

/** The words of a command behind one of some beginnings; options are not among them. */
function wordsAfter(command: string, beginnings: readonly RegExp[]): string[] {
  const beginning = beginnings.find((one) => one.test(command));
  if (!beginning) return [];
  const words = command.replace(beginning, '').split(' ');
  return words.filter((word, i) => word !== '' && !word.startsWith('-') && words[i - 1] !== '-c');
}

/** `NAME=a NAME2="b"`, or the older `NAME a`. */
function variables(rest: string): [string, string][] {
  const pairs = [...rest.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map(([, name = '', value = '']): [string, string] => [
    name,
    value.replace(/^"|"$/g, ''),
  ]);
  const [, name = '', value = ''] = /^(\w+) (.*)$/.exec(rest) ?? [];
  return name === '' ? pairs : [[name, value]];
}

function users(commands: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    commands.flatMap((command): [string, string][] => {
      const [, uid, gid, name] = /^useradd .*--uid (\d+) --gid (\d+) (\S+)/.exec(command) ?? [];
      return name === undefined ? [] : [[name, `${uid}:${gid}`]];
    }),
  );
}

const jsonOf = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as string[]));
const sorted = (words: readonly string[]): string[] => [...new Set(words)].sort();

/** What has something in it. */
function withoutEmpty(all: { readonly [key in keyof Recipe]: Recipe[key] | undefined }): Recipe {
  const isEmpty = (value: unknown) =>
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isEmpty(value)));
}
