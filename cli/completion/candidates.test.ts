import { Argument, Command, Option } from 'commander';
import { PathUse, candidatesFor } from './candidates';

const program = new Command('tool').version('1');
program
  .command('build')
  .description('Build it.')
  .option('-o, --out <folder>', 'where to write')
  .option('--from <file>', 'what to read')
  .option('--name <name>', 'what to call it')
  .option('--quick', 'do less')
  .option('--set <key=value>', 'set a value')
  .option('--part <service>', 'which part')
  .addOption(new Option('--colour <colour>', 'its colour').choices(['blue', 'black', 'red']))
  .addOption(new Option('--secret', 'for us').hideHelp());
program.command('show').argument('<path>', 'of a value').argument('[other]', 'another');
const group = program.command('take').description('Take something.');
group.command('apples').addArgument(new Argument('<kind>', 'which').choices(['sweet', 'sour']));
program.command('internal', { hidden: true });

const asked: [string, PathUse][] = [];
const paths = async (start: string, use: PathUse) => {
  asked.push([start, use]);
  return Promise.resolve([{ text: `${start}…`, help: '' }]);
};
const found = async (line: string) => {
  const candidates = await candidatesFor(program, line, paths);
  return typeof candidates === 'string' ? candidates : candidates.map(({ text }) => text).join(' ');
};

test.each([
  ['tool ', 'build show take help'],
  ['tool b', 'build'],
  ['  tool  b', 'build'],
  ['tool -', '--version --help'],
  ['tool build ', '--out --from --name --quick --set --part --colour --help'],
  ['tool build --qu', '--quick'],
  ['tool build --quick --o', '--out'],
  ['tool build --colour ', 'blue black red'],
  ['tool build --colour bl', 'blue black'],
  ['tool build --colour=bl', '--colour=blue --colour=black'],
  ['tool build -o ', 'folders'],
  ['tool build --out=', 'folders'],
  ['tool build --out x --from y', 'files'],
  ['tool build --name ', ''],
  ['tool build --name=x', ''],
  ['tool build --quick=', ''],
  ['tool build --unknown=', ''],
  ['tool build --set a.b', 'a.b…'],
  ['tool build --set=a.b', '--set=a.b…'],
  ['tool build -- ', ''],
  ['tool show key', 'key…'],
  ['tool show -- -key', '-key…'],
  ['tool show key ', 'files'],
  ['tool show key other ', '--help'],
  ['tool take ', 'apples help'],
  ['tool help b', 'build'],
  ['tool take apples s', 'sweet sour'],
  ['tool nothing ', '--version --help'],
])('%j: %s', async (line, candidates) => {
  expect(await found(line)).toBe(candidates);
});

test('each has the words of the help', async () => {
  expect(await candidatesFor(program, 'tool build --qu', paths)).toEqual([{ text: '--quick', help: 'do less' }]);
  expect(await candidatesFor(program, 'tool bu', paths)).toEqual([{ text: 'build', help: 'Build it.' }]);
});

test('of paths, it is said whose they are', async () => {
  asked.length = 0;
  await found('tool show a');
  await found('tool build --set b');
  await found('tool build --part c');
  expect(asked).toEqual([
    ['a', 'explain'],
    ['b', 'set'],
    ['c', 'service'],
  ]);
});
