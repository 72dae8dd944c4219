import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SampleChart, sampleChart, secretOf } from '../../test/support/sample';
import { count, group, line, password, word } from '../values/types';
import { base64, digest, json } from '../values/named';
import { Value, each, isSet, when } from '../values/value';
import { inUrl, withHoles } from './holes';
import { TextFile, TextFileProps } from './text-file';

const folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-ejs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A template as it stands beside a construct: `config/app.conf.ejs`. */
function ejsFile(text: string): { readonly file: string } {
  const file = join(folder, 'app.conf.ejs');
  writeFileSync(file, text);
  return { file };
}

const shape = {
  debug: z.boolean().default(false),
  name: word().default('app'),
  domain: line().default(''),
  hosts: z.array(word()).default([]),
  workers: count().default(2),
  passwords: group({ b_password: password().optional(), a_password: password().optional() }),
};

type Build = (values: Parameters<Parameters<typeof sampleChart<typeof shape>>[1]>[0]['values']) => TextFileProps;

/** A chart with one file, made of `build`. Its other values are used too: the check of a chart asks for that. */
const chartWith = (build: Build) => {
  let file: TextFile | undefined;
  const sample = sampleChart(shape, (chart) => {
    secretOf(chart, chart.values.passwords);
    const { debug, name, domain, workers, hosts } = chart.values;
    const text = `all: ${debug} ${name} ${domain} ${workers} ${each(hosts, (host) => `${host}`)}.\n`;
    new TextFile(chart, 'all.txt', { path: '/etc/all.txt', template: { text } });
    file = new TextFile(chart, 'app.txt', build(chart.values));
  });
  return { ...sample, file: file! };
};
const textOf = (build: Build, values = {}): string => chartWith(build).render(values).file('sample-app.txt', 'app.txt');
const path = '/etc/app/app.txt';

describe('a text file', () => {
  test('is an EJS template whose handles are filled later, by us or by Helm', () => {
    const build: Build = ({ name, debug, hosts }) => ({
      path,
      template: ejsFile(`# <%# not in the file %>hosts of <%= name %>
<%- line %>
<%= hosts %>debug is <%= debug %>
`),
      data: {
        name,
        line: when(debug, '<verbose>', '<quiet>'),
        hosts: each(hosts, (host) => `server ${host}\n`),
        debug,
      },
    });
    expect(textOf(build)).toBe('# hosts of app\n<quiet>\ndebug is false\n');
    expect(textOf(build, { name: 'a & b', debug: true, hosts: ['x', 'y'] })).toBe(
      '# hosts of a & b\n<verbose>\nserver x\nserver y\ndebug is true\n',
    );
  });

  test('may use conditions and loops of the value language', () => {
    const template = ejsFile(`# <%= when(debug, "only if asked, 1 + 1") %>.
<%= when(not(debug), 'quiet', 'loud') %> <%= choose(isSet(hosts), 'some', 'none') %>.
`);
    const build: Build = ({ debug, hosts }) => ({ path, template, data: { debug, hosts } });
    expect(textOf(build, { debug: true })).toBe('# only if asked, 1 + 1.\nloud none.\n');
    expect(textOf(build, { hosts: ['a'] })).toBe('# .\nquiet some.\n');
  });

  test.each([
    ['<% if (debug) { %>', '<% if (debug) { %>x<% } %>\n'],
    ['<% hosts.forEach((h) => { %>', '# <% hosts.forEach((h) => { %><%= h %><% }) %>\n'],
    ['<%_ const x = 1 _%>', '# <%_ const x = 1 _%>\n'],
    ["<%= debug ? 'a' : 'b' %>", "x <%= debug ? 'a' : 'b' %>\n"],
    ["<%= debug && 'a' %>", "x <%= debug && 'a' %>\n"],
    ["<%- name || 'a' %>", "x <%- name || 'a' %>\n"],
    ['<%= !debug %>', 'x <%= !debug %>\n'],
    ['<%= workers + 1 %>', 'x <%= workers + 1 %>\n'],
    ["<%= name === 'x' %>", "x <%= name === 'x' %>\n"],
    ['<%= (() => { if (debug) return 1; })() %>', 'x <%= (() => { if (debug) return 1; })() %>\n'],
  ])('may not branch in JavaScript: %s', (tag, template) => {
    const build = () => textOf(({ debug, name }) => ({ path, template: ejsFile(template), data: { debug, name } }));
    expect(build).toThrow(
      `${join(folder, 'app.conf.ejs')}: ${tag} computes in JavaScript, where no value is known yet; use <%= when(test, 'text') %>, choose, each or not`,
    );
  });

  test.each([
    ['no text', ''],
    ['a line break', '\nx\n'],
    ['a blank', ' x\n'],
  ])('begins with a visible character: not with %s', (_, text) => {
    expect(() => textOf(() => ({ path, template: { text } }))).toThrow(
      'sample/app.txt: a file begins with a visible character of its own',
    );
  });

  test("begins with a character of its own, for a value's first could be a blank", () => {
    expect(() => textOf(({ domain }) => ({ path, template: { text: `${domain} x\n` } }))).toThrow(
      'sample/app.txt: a file begins with a visible character of its own',
    );
  });

  test.each([
    ['no line break', 'x'],
    ['two line breaks', 'x\n\n'],
  ])('ends with one line break: not with %s', (_, text) => {
    expect(() => textOf(() => ({ path, template: { text } }))).toThrow(
      'sample/app.txt: a file ends with one line break',
    );
  });

  test('does not end with a text alone on its line, which could be empty', () => {
    expect(() => textOf(({ domain }) => ({ path, template: { text: `x ${domain}\n` } }))).toThrow(
      'a file ends with a character of its own before the line break, not with a value that may be empty',
    );
    expect(textOf(({ workers }) => ({ path, template: { text: `x ${workers}\n` } }))).toBe('x 2\n');
  });

  test('is labelled as its component, and there only if its condition holds', () => {
    const { render } = chartWith(({ debug }) => ({ path, component: 'api', test: debug, template: { text: 'x\n' } }));
    expect(render().has('ConfigMap/sample-app.txt')).toBe(false);
    expect(render({ debug: true }).get('ConfigMap', 'sample-app.txt')).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'sample-app.txt', labels: { component: 'api' } },
      data: { 'app.txt': 'x\n' },
    });
  });

  test('says where it goes, with which permissions, and what it is carried as', () => {
    const template = { text: 'x\n' };
    const { file: plain } = chartWith(() => ({ path, template }));
    expect(plain).toMatchObject({ name: 'app.txt', path, carriedAs: 'app.txt', mode: '0440', secrets: [] });
    const { file } = chartWith(() => ({ path, template, carriedAs: 'config.json', mode: '0400' }));
    expect(file).toMatchObject({ carriedAs: 'config.json', mode: '0400', configMap: 'sample-app.txt' });
  });
});

describe('a password in a text file', () => {
  test.each([
    ['raw', 'password = @raw:a_password@;\n'],
    ['ini', 'password = @ini:a_password@;\n'],
    ['url', 'password = @url:a_password@;\n'],
    ['json', 'password = @json:a_password@;\n'],
  ] as const)('is a hole that is filled in the pod, quoted as %s', (quoting, text) => {
    const build: Build = ({ passwords }) => ({
      path,
      quoting,
      template: { text: `password = ${passwords.a_password};\n` },
    });
    expect(textOf(build, { passwords: { a_password: 'not to be seen' } })).toBe(text);
  });

  test('is percent-encoded inside a URL, whatever the file', () => {
    const build: Build = ({ passwords }) => ({
      path,
      quoting: 'json',
      template: { text: `{"url": "http://x:${inUrl(passwords.a_password)}@y", "key": "${passwords.a_password}"}\n` },
    });
    expect(textOf(build)).toBe('{"url": "http://x:@url:a_password@@y", "key": "@json:a_password@"}\n');
  });

  test('is named by the file, each once and sorted, for the pods that mount it', () => {
    const { file } = chartWith(({ passwords: { a_password: a, b_password: b } }) => ({
      path,
      template: { text: `x ${b} ${a} ${b}.\n` },
    }));
    expect(file.secrets).toEqual(['a_password', 'b_password']);
  });

  test('stays one where it stands in a condition or a loop', () => {
    const build: Build = ({ hosts, debug, passwords: { a_password: a, b_password: b } }) => ({
      path,
      template: { text: `x\n${each(hosts, (host) => `${host} ${a}\n`)}${when(debug, `debug ${b}`, `${a}`)}.\n` },
    });
    expect(textOf(build, { hosts: ['h'] })).toBe('x\nh @raw:a_password@\n@raw:a_password@.\n');
    expect(textOf(build, { debug: true })).toBe('x\ndebug @raw:b_password@.\n');
  });
});

describe('a password in a test', () => {
  test('is not printed, so the test sees the password itself', () => {
    const build: Build = ({ passwords: { a_password: a } }) => ({
      path,
      template: { text: `set ${isSet(a)}${when(isSet(a), ` ${a}`)};\n` },
    });
    expect(textOf(build)).toBe('set false;\n');
    expect(textOf(build, { passwords: { a_password: 'x' } })).toBe('set true @raw:a_password@;\n');
  });
});

describe('a password that no hole could stand for is refused', () => {
  const where = 'sample/app.txt: ';
  test.each<[string, (password: Value<string>) => Value<string>, string]>([
    ['base64', base64, "base64 of a password can't be filled in the pod; write the password itself"],
    ['JSON', json, "json of a password can't be filled in the pod; write the password itself"],
    ['a digest', (a) => digest(['x', a]), "digest of a password can't be filled in the pod; write the password itself"],
  ])('in %s', (_, derive, message) => {
    const build: Build = ({ passwords: { a_password: a } }) => ({ path, template: { text: `x ${derive(a)}.\n` } });
    expect(() => textOf(build)).toThrow(where + message);
  });

  const file = (chart: SampleChart, text: string) => new TextFile(chart, 'app.txt', { path, template: { text } });

  test('by its name', () => {
    const build = () => sampleChart({ etcdKey: password().optional() }, (c) => file(c, `x ${c.values.etcdKey}.\n`));
    expect(build).toThrow(`${where}the password etcdKey can't have a hole; name it with a-z, 0-9 and _ alone`);
  });

  test('beside another of the same name', () => {
    const key = () => group({ key: password().optional() });
    const build = () => sampleChart({ a: key(), b: key() }, (c) => file(c, `x ${c.values.a.key} ${c.values.b.key}.\n`));
    expect(build).toThrow(`${where}the passwords a.key and b.key would fill one hole; give one of them another name`);
  });

  test('in a list', () => {
    const build = () =>
      sampleChart({ keys: z.array(password()).default([]) }, (c) => file(c, `x ${each(c.values.keys, String)}.\n`));
    expect(build).toThrow(
      `${where}passwords of a list or map have no names for holes; name each of them in the values`,
    );
  });
});

test('only a password itself can be put into a URL: what is not secret is written as it is', () => {
  const name = new Value<string>({ op: 'reference', kind: 'string', root: 'Values', path: ['name'] });
  expect(() => inUrl(name)).toThrow('only a password itself can be put into a URL');
  expect(() => inUrl(new Value<string>({ op: 'literal', kind: 'string', value: 'x' }))).toThrow(/only a password/);
});

test('a text without passwords has no holes', () => {
  expect(withHoles('app.txt', { op: 'literal', kind: 'string', value: 'x' }, 'ini')).toEqual({
    expression: { op: 'literal', kind: 'string', value: 'x' },
    secrets: [],
  });
});
