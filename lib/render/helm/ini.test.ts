import { z } from 'zod';
import { allFromHelm, allRendered, chartOf, printed, rendered } from '../../../test/support/rendering';
import { helms } from '../../../tools/toolchain';
import { iniOverrides } from '../../config/ini-file';
import type { Ini, IniOption, JsonMap } from '../../values/expression';
import { ValuesModel } from '../../values/model';
import { named } from '../../values/named';
import { fileText, port, word } from '../../values/types';
import { Value, choose, expressionOf, isSet } from '../../values/value';

const shape = z.strictObject({
  host: word().default('a'),
  port: port().default(5000),
  ratio: z.number().default(0.5),
  debug: z.boolean().default(false),
  conf: iniOverrides(),
  file: fileText().optional(),
});
const { handles: values, defaults } = new ValuesModel('sample', shape);

const option = (name: string, ...of: unknown[]): IniOption => ({ name, values: of.map(expressionOf) });
const ini: Ini = {
  op: 'ini',
  kind: 'string',
  sections: [
    { name: 'database', options: [option('connection', `mysql://${values.host}:${values.port}`)] },
    {
      name: 'DEFAULT',
      options: [
        option('use_stderr', true),
        option('port', values.port),
        option('ratio', values.ratio),
        { ...option('log_config', 'x'), test: values.debug.expression },
        option('servers', `${values.host}:1`, 'b:2'),
      ],
    },
    { name: 'only debug', options: [{ ...option('level', values.debug), test: values.debug.expression }] },
  ],
  overrides: [values.conf.expression],
};
const conf = { conf: named('glance.conf', new Value<string>(ini)), next: 1 };

const withConf = (user: JsonMap): string => rendered(conf, { ...defaults, ...user })['conf'] as string;

describe('an INI file', () => {
  test('has its sections and options sorted, one line each, and none that is empty', () => {
    expect(withConf({})).toBe(
      [
        '[DEFAULT]',
        ...['port = 5000', 'ratio = 0.5', 'servers = a:1', 'servers = b:2', 'use_stderr = true', ''],
        '[database]',
        'connection = mysql://a:5000',
        '',
      ].join('\n'),
    );
  });

  test('has options that are there only if a test holds, and then their section', () => {
    expect(withConf({ debug: true })).toMatch(/^\[DEFAULT\]\nlog_config = x\nport = 5000\n/);
    expect(withConf({ debug: true })).toMatch(/\n\n\[only debug\]\nlevel = true\n$/);
  });

  test("has the user's options over ours, one by one, and the user's sections", () => {
    const text = withConf({
      conf: { DEFAULT: { servers: 'c:3', extra: ['x', 1, false], port: 1e6 }, cache: { enabled: true }, empty: {} },
    });
    expect(text.split('\n')).toEqual([
      '[DEFAULT]',
      ...['extra = x', 'extra = 1', 'extra = false', 'port = 1000000', 'ratio = 0.5', 'servers = c:3'],
      ...['use_stderr = true', '', '[cache]', 'enabled = true', '', '[database]', 'connection = mysql://a:5000', ''],
    ]);
  });

  test('loses an option to an empty list', () => {
    expect(withConf({ conf: { DEFAULT: { servers: [] } } })).not.toContain('servers');
  });

  test('is a template of its own: ours in a dictionary, then one helper that merges and prints', () => {
    const chart = chartOf(conf);
    expect(chart.get('templates/object.yaml')).toBe(
      'conf: |\n  {{- include "sample.glance.conf" . | nindent 2 }}\nnext: 1\n',
    );
    expect(chart.get('templates/_glance.conf.tpl')).toBe(
      [
        '{{- define "sample.glance.conf" -}}',
        '{{- $ini := dict }}',
        '{{- $_ := set $ini "database" (dict',
        '      "connection" (printf "mysql://%s:%s" .Values.host ((.Values.port | int64) | toJson))) }}',
        '{{- $_ := set $ini "DEFAULT" (dict',
        '      "use_stderr" true',
        '      "port" (.Values.port | int64)',
        '      "ratio" .Values.ratio',
        '      "servers" (list (printf "%s:1" .Values.host) "b:2")) }}',
        '{{- if .Values.debug }}',
        '{{- $_ := set (get $ini "DEFAULT") "log_config" "x" }}',
        '{{- end }}',
        '{{- $_ := set $ini "only debug" (dict) }}',
        '{{- if .Values.debug }}',
        '{{- $_ := set (get $ini "only debug") "level" .Values.debug }}',
        '{{- end }}',
        '{{- include "sample.ini" (list $ini .Values.conf) }}{{ end }}',
        '',
      ].join('\n'),
    );
    expect(chart.get('templates/_helpers.tpl')).toContain('{{- define "sample.ini" -}}');
  });
});

const wholeFile = (argument: Value<string>): Value<string> =>
  new Value({ op: 'wholeFile', kind: 'string', argument: argument.expression });
const ours = new Value<string>(expressionOf(`# ours\nhost ${values.host}\n\nend\n`));
const policy = {
  file: named('policy', wholeFile(choose(isSet(values.file), wholeFile(new Value(values.file.expression)), ours))),
};

describe('a whole file', () => {
  test('is ours, or the text of the user, ended by one line break', () => {
    const text = (file?: string) => rendered(policy, { ...defaults, ...(file !== undefined && { file }) })['file'];
    expect([text(), text('a: {{ b }}'), text('a\n\n\nb\n\n\n')]).toEqual([
      ...['# ours\nhost a\n\nend\n', 'a: {{ b }}\n', 'a\n\n\nb\n'],
    ]);
  });

  test('is a template of its own, and a comment keeps its last line break at the end of an object', () => {
    const chart = chartOf(policy);
    expect(printed(policy)).toBe('file: |\n  {{- include "sample.policy" . | nindent 2 }}\n# end');
    expect(chart.get('templates/_policy.tpl')).toBe(
      '{{- define "sample.policy" -}}\n' +
        '{{ if .Values.file }}{{ .Values.file | trimAll "\\n" }}\n{{ else }}# ours\nhost {{ .Values.host }}\n\nend\n{{ end }}{{ end }}\n',
    );
    expect(chart.has('templates/_helpers.tpl')).toBe(false);
  });
});

test.each(helms())('helm $version gives these files', ({ path: helm }) => {
  const users: JsonMap[] = [
    {},
    { debug: true, ratio: 1e-7, file: 'a\n\n\nb\n\n\n' },
    {
      conf: { DEFAULT: { servers: [], port: 1e6, extra: ['x', 1.5, false, '{{ y }}'] }, empty: {}, 'a @ b': { c: '' } },
    },
    { conf: { database: { connection: 'x = "y" # z', pool: 1e21 } }, file: '[x]\n  y: "{{ z }}"\n\t- é' },
  ];
  const sets = users.map((user) => ({ ...defaults, ...user }));
  expect(allFromHelm(helm, [conf, policy], sets)).toEqual(allRendered([conf, policy], sets));
});
