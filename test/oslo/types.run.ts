import fc from 'fast-check';
import type { OsloOption } from '../../lib/config/oslo/table';
import { OpenStackRelease, openstackPython } from '../../tools/openstack-python';
import { compare, textOf, verdicts } from './oslo-config';
import { settingsOf } from './settings';

const RELEASES: readonly OpenStackRelease[] = ['2025.1', '2026.1'];
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const runs = Number(process.env.RUNS ?? 150);

/** Every type of oslo.config with what may be said of it. */
const TYPES: readonly OsloOption[] = [
  { type: 'boolean' },
  { type: 'string' },
  { type: 'string', multi: true },
  { type: 'string', choices: ['on', 'off', 'a.b', 'x-1', '1'] },
  { type: 'string', choices: ['on', 'Off', 'Mixed'], ignoreCase: true },
  { type: 'string', choices: ['a', 'b'], multi: true },
  { type: 'string', maxLength: 5 },
  { type: 'string', maxLength: 1003 },
  { type: 'string', quotes: true },
  { type: 'string', regex: '^(a|b+)$' },
  { type: 'string', regex: '[0-9]{2}' },
  { type: 'string', regex: '^(?!no)' },
  { type: 'integer' },
  { type: 'integer', min: 1, max: 10 },
  { type: 'integer', min: 0, max: '9223372036854775807' },
  { type: 'integer', choices: [1, 5, 80] },
  { type: 'integer', multi: true, min: 1 },
  { type: 'float' },
  { type: 'float', min: 0, max: 4.5 },
  { type: 'port', min: 0, max: 65535 },
  { type: 'port', min: 1024, max: 2048 },
  { type: 'range' },
  { type: 'range', min: 1, max: 50 },
  { type: 'range', min: 1, max: 50, exclusive: true },
  { type: 'list', items: { type: 'string' } },
  { type: 'list', items: { type: 'string' }, bounds: true },
  { type: 'list', items: { type: 'string', choices: ['a', 'b', 'c'] } },
  { type: 'list', items: { type: 'string', quotes: true } },
  { type: 'list', items: { type: 'integer' } },
  { type: 'list', items: { type: 'integer', min: 1, max: 4 } },
  { type: 'list', items: { type: 'float' } },
  { type: 'list', items: { type: 'boolean' } },
  { type: 'list', items: { type: 'port', min: 0, max: 65535 } },
  { type: 'list', items: { type: 'range' } },
  { type: 'list', items: { type: 'host-address' } },
  { type: 'list', items: { type: 'uri' } },
  { type: 'dict', values: { type: 'string' } },
  { type: 'dict', values: { type: 'string' }, multi: true },
  { type: 'dict', values: { type: 'string' }, bounds: true },
  { type: 'dict', values: { type: 'integer' } },
  { type: 'dict', values: { type: 'boolean' } },
  { type: 'dict', values: { type: 'list', items: { type: 'string' }, bounds: true } },
  { type: 'dict', values: { type: 'string' }, separator: '=' },
  { type: 'dict', values: { type: 'list', items: { type: 'string', quotes: true }, bounds: true } },
  { type: 'list', items: { type: 'string', quotes: true }, bounds: true },
  { type: 'list', items: { type: 'host-address' }, bounds: true },
  { type: 'list', items: { type: 'integer', choices: [4, 6] } },
  { type: 'list', items: { type: 'dict', values: { type: 'string' } } },
  { type: 'list', items: { type: 'string', regex: '^(tcp|ssl|unix):.+' } },
  { type: 'string', maxLength: 20, regex: '^[\\w-]+:\\w*:.*$' },
  { type: 'string', regex: '^[A-Za-z0-9\\-_=]{32}$' },
  { type: 'hostname' },
  { type: 'ip-address' },
  { type: 'ip-address', version: 4 },
  { type: 'ip-address', version: 6 },
  { type: 'host-address' },
  { type: 'host-address', version: 4 },
  { type: 'host-domain' },
  { type: 'uri' },
  { type: 'uri', maxLength: 1024 },
  { type: 'uri', schemes: ['http', 'https'] },
];

/** What others refer to. */
const DEBUG = { type: 'boolean', section: 'DEFAULT', name: 'debug' } as const;

describe.each(RELEASES)('every type, as oslo.config of OpenStack %s parses it', (release) => {
  const sections = { DEFAULT: Object.fromEntries(TYPES.map((option, i) => [`option_${i}`, option])) };
  const table = { file: 'oslo.conf', release, sections, named: [] };
  const settings = TYPES.flatMap((option, i) =>
    fc
      .sample(settingsOf(option), { seed: seed + i, numRuns: runs })
      .map((value) => ({ section: 'DEFAULT', name: `option_${i}`, option, value })),
  );

  it(`judges ${settings.length} random settings alike, but for the differences that are listed (SEED=${seed} RUNS=${runs})`, () => {
    const options = [...TYPES.map((option, i) => ({ ...option, section: 'DEFAULT', name: `option_${i}` })), DEBUG];
    const texts = settings.map((setting) => textOf(setting, setting.value));
    const [theirs = []] = verdicts(openstackPython(release), { files: [{ options, texts }] });
    const { unexplained, ...counts } = compare(table, settings, theirs);
    console.log(JSON.stringify(counts, null, 1));
    expect(unexplained).toEqual([]);
  });
});
