import { z } from 'zod';
import { sampleChart, secretOf } from '../../test/support/sample';
import type { JsonMap } from '../values/expression';
import { InvalidValues } from '../values/problem';
import { count, fileText, group, password, word } from '../values/types';
import { isSet, when } from '../values/value';
import { inUrl } from './holes';
import { IniFile, SectionsOf, iniOverrides, osloOptions } from './ini-file';

const shape = {
  debug: z.boolean().default(false),
  workers: count().default(2),
  domain: word().optional(),
  notify: z.boolean().default(false),
  passwords: group({ service_password: password().optional() }),
  conf: iniOverrides(),
  file: fileText().optional(),
};

const { render } = sampleChart(shape, (chart) => {
  const { values } = chart;
  secretOf(chart, values.passwords);
  new IniFile(chart, 'app.conf', {
    path: '/etc/app/app.conf',
    overrides: values.conf,
    replacement: values.file,
    sections: {
      DEFAULT: {
        debug: values.debug,
        workers: values.workers,
        rate: 0.5,
        default_domain: when(isSet(values.domain), values.domain),
      },
      api: { backend: ['first', 'second'] },
      database: {
        connection: `mysql+pymysql://app:${inUrl(values.passwords.service_password)}@mariadb/app`,
        password: values.passwords.service_password,
      },
      notifications: { driver: when(values.notify, 'messagingv2', 'noop'), topics: when(values.notify, 'events') },
      queue: { topic: when(values.notify, 'events'), legacy: undefined },
    },
  });
});

const file = (values = {}): string => render(values).file('sample-app.conf', 'app.conf');
const sectionOf = (text: string, name: string): string[] =>
  (text.split('\n\n').find((section) => section.startsWith(`[${name}]\n`)) ?? '').trim().split('\n').slice(1);

test('an INI file has sections and options in a fixed order, and a hole where a password goes', () => {
  expect(file()).toBe(`[DEFAULT]
debug = false
rate = 0.5
workers = 2

[api]
backend = first
backend = second

[database]
connection = mysql+pymysql://app:@url:service_password@@mariadb/app
password = @ini:service_password@

[notifications]
driver = noop
`);
});

test('an option with a condition is there only if that holds, and a section only if it has options', () => {
  const text = file({ domain: 'example.org', notify: true });
  expect(sectionOf(text, 'DEFAULT')).toContain('default_domain = example.org');
  expect(sectionOf(text, 'notifications')).toEqual(['driver = messagingv2', 'topics = events']);
  expect(sectionOf(text, 'queue')).toEqual(['topic = events']);
});

test("a user's options stand over ours one by one; a list gives the option once for each item", () => {
  const text = file({
    conf: { DEFAULT: { debug: true }, api: { backend: ['third'] }, cors: { allowed: ['a', 1, true] } },
  });
  expect(sectionOf(text, 'DEFAULT')).toEqual(['debug = true', 'rate = 0.5', 'workers = 2']);
  expect(sectionOf(text, 'api')).toEqual(['backend = third']);
  expect(sectionOf(text, 'cors')).toEqual(['allowed = a', 'allowed = 1', 'allowed = true']);
});

test('an empty list takes an option away, and its section where it was the only one', () => {
  expect(file({ conf: { api: { backend: [] } } })).not.toContain('backend');
});

test.each<[string, object, string]>([
  ['a value with a line break', { DEFAULT: { debug: 'true\nadmin_token = x' } }, 'conf.DEFAULT.debug'],
  ['an item with a line break', { DEFAULT: { debug: ['true', 'x\n[api]'] } }, 'conf.DEFAULT.debug'],
  ['an option with a line break', { DEFAULT: { 'debug = true\nx': 1 } }, 'conf.DEFAULT["debug = true\\nx"]'],
  ['an option with a sign of its own', { DEFAULT: { 'debug=true': 1 } }, 'conf.DEFAULT["debug=true"]'],
  ['an option that opens a section', { DEFAULT: { '[api]': 1 } }, 'conf.DEFAULT["[api]"]'],
  ['a comment', { DEFAULT: { '# x': 1 } }, 'conf.DEFAULT["# x"]'],
  ['a section with a bracket', { 'DEFAULT]\n[api': { x: 1 } }, 'conf["DEFAULT]\\n[api"]'],
  ['a map for a value', { DEFAULT: { debug: { x: 1 } } }, 'conf.DEFAULT.debug'],
])("a user's options can't become others: %s is refused", (_, conf, path) => {
  expect(() => file({ conf })).toThrow(InvalidValues);
  expect(() => file({ conf })).toThrow(`  ${path}: `);
});

test('what no release of a service takes does not compile', () => {
  const sections: readonly SectionsOf<'keystone/keystone.conf'>[] = [
    { token: { expiration: 3600, provider: 'fernet' } },
    // @ts-expect-error a misspelt option
    { token: { expiraton: 3600 } },
    // @ts-expect-error a misspelt section
    { tokn: { expiration: 3600 } },
    // @ts-expect-error a wrong type
    { token: { expiration: true } },
  ];
  expect(sections).toHaveLength(4);
});

test('what is not checked goes over what is', () => {
  const checked = sampleChart({ conf: osloOptions('glance/glance-api.conf') }, (chart) => {
    const sections = { DEFAULT: { debug: true } };
    new IniFile(chart, 'app.conf', { path: '/etc/app.conf', overrides: chart.values.conf, sections });
  });
  const text = (conf: JsonMap): string => checked.render({ conf }).file('sample-app.conf', 'app.conf');
  const unchecked = { DEFAULT: { debug: [] }, plugin: { url: 'http://plugin', tries: 3 } };
  expect(text({ DEFAULT: { debug: false, log_dir: '/log' }, unchecked })).toBe(
    '[DEFAULT]\nlog_dir = /log\n\n[plugin]\ntries = 3\nurl = http://plugin\n',
  );
  expect(() => text({ unchecked: { 'DEFAULT]\n[api': { x: 1 } } })).toThrow(InvalidValues);
});

test("a user's own file replaces ours whole, and ends with one line break", () => {
  expect(file({ file: '[DEFAULT]\npassword = @ini:service_password@' })).toBe(
    '[DEFAULT]\npassword = @ini:service_password@\n',
  );
  expect(file({ file: '[DEFAULT]\n\n\n', conf: { DEFAULT: { debug: true } } })).toBe('[DEFAULT]\n');
});

test('an INI file needs an option that is always there, or it could be empty', () => {
  const build = () =>
    sampleChart({ notify: z.boolean().default(false) }, (chart) => {
      new IniFile(chart, 'app.conf', {
        path: '/etc/app.conf',
        sections: { queue: { topic: when(chart.values.notify, 'events') } },
      });
    });
  expect(build).toThrow('sample/app.conf: an INI file needs an option that is always there');
});
