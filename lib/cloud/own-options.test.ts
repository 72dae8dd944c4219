import { z } from 'zod';
import { SampleChart } from '../../test/support/sample';
import { IniFile, IniSections, osloOptions } from '../config';
import { optionRules } from '../openstack/options';
import { ValuesModel, choose, group, named, not, when } from '../values';
import { Cloud } from './cloud';

const model = new ValuesModel(
  'keystone',
  z.strictObject({
    release: z.enum(['2025.1', '2026.1']).default('2026.1'),
    quick: z.boolean().default(false),
    conf: group({ 'keystone.conf': osloOptions('keystone/keystone.conf') }),
  }),
  [],
  optionRules,
);
const values = model.handles;
const release = named('release', values.release);

/** What is said of these options of ours. */
function findings(sections: IniSections): string[] {
  const cloud = new Cloud();
  const chart = new SampleChart(cloud, model, { description: 'Identity', home: 'https://example.org', sources: [] });
  const DEFAULT = { debug: values.quick, log_file: release, ...sections['DEFAULT'] };
  new IniFile(chart, 'keystone.conf', {
    path: '/etc/keystone/keystone.conf',
    overrides: values.conf['keystone.conf'],
    sections: { ...sections, DEFAULT },
  });
  try {
    cloud.templates(chart);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}\S+: /, ''));
  }
}

test('what a service takes in every release may be set, with a value that is known later or not', () => {
  expect(
    findings({ DEFAULT: { log_dir: `/log/${values.release}` }, token: { expiration: 60, provider: release } }),
  ).toEqual([]);
});

test('what a pod fills in for its node may be of any type', () => {
  expect(findings({ identity: { max_password_length: '@node:length@' } })).toEqual([]);
});

test('a name or a value that it does not take is found before anything is rendered', () => {
  expect(findings({ DEFAULT: { debugg: true }, tokenn: { expiration: 60 } })).toEqual([
    "[DEFAULT] debugg is not known; did you mean 'debug'?",
    '[tokenn] expiration is no option of [tokenn]; did you mean [token]?',
  ]);
  expect(findings({ identity: { max_password_length: 'many' } })).toEqual([
    '[identity] max_password_length found the string "many", an integer of at most 4096 is needed',
  ]);
  expect(findings({ identity: { max_password_length: choose(values.quick, 64, 5000) } })).toEqual([
    '[identity] max_password_length found the number 5000, an integer of at most 4096 is needed',
  ]);
});

test('what only one release takes may be set for it', () => {
  const only2026 = { socket_timeout: 3 };
  const gone = ['[cache] socket_timeout is no option of OpenStack 2025.1; 2026.1 has it'];
  expect(findings({ cache: only2026 })).toEqual(gone);
  expect(findings({ cache: { socket_timeout: when(values.quick, 3) } })).toEqual(gone);
  expect(findings({ cache: { socket_timeout: when(release.is('2026.1'), 3) } })).toEqual([]);
  expect(findings({ cache: { socket_timeout: when(not(release.is('2025.1')), 3) } })).toEqual([]);
});
