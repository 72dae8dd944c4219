import { z } from 'zod';
import { allFromHelm, allRendered, chartOf, printed, rendered } from '../../../test/support/rendering';
import { helms } from '../../../tools/toolchain';
import type { Json, JsonMap } from '../../values/expression';
import { ValuesModel } from '../../values/model';
import { base64, digest, json, named } from '../../values/named';
import { count, line, port, quantity, word } from '../../values/types';
import { Value, all, any, choose, each, eachEntry, isSet, not, times, when } from '../../values/value';

const shape = z.strictObject({
  host: word().default('a'),
  port: port().default(5000),
  replicas: count().default(2),
  ratio: z.number().default(0.25),
  cpu: quantity().default('500m'),
  debug: z.boolean().default(false),
  domain: word().optional(),
  hosts: z.array(word()).default([]),
  labels: z.record(z.string(), line()).default({}),
  conf: z.strictObject({ 'a.conf': line().default('x') }).prefault({}),
});
const { handles: values, defaults } = new ValuesModel('sample', shape);

const full: JsonMap = {
  ...defaults,
  host: 'h"\\é',
  port: 65535,
  replicas: 1000000,
  ratio: 1e-7,
  cpu: 1000000,
  debug: true,
  domain: '100%',
  hosts: ['x', '{{ y }}'],
  labels: { b: '<&>', a: '"' },
  conf: { 'a.conf': '%s' },
};

const release = new Value<string>({ op: 'reference', kind: 'string', root: 'Release', path: ['Name'] });

/** A value, its code in a template, and what it is with the values above and with the defaults. */
type Row = readonly [says: string, value: unknown, code: string, full: Json, bare: Json];

const pipelines: readonly Row[] = [
  ['a key with a dot', values.conf['a.conf'], 'index .Values.conf "a.conf" | quote', '%s', 'x'],
  ['a fact of the release', release, '.Release.Name | quote', 'rel', 'rel'],
  ['a text with values', `${values.host}:${values.port}`, 'printf "%s:%s" .Values.host ((.Values.port | int64) | toJson) | quote', 'h"\\é:65535', 'a:5000'], // prettier-ignore
  ['a text with a per cent sign', `5% of ${values.host}`, 'printf "5%% of %s" .Values.host | quote', '5% of h"\\é', '5% of a'], // prettier-ignore
  ['a text with quotes and braces', `"{{ ${values.host} }}"\\`, 'printf "\\"{{ %s }}\\"\\\\" .Values.host | quote', '"{{ h"\\é }}"\\', '"{{ a }}"\\'], // prettier-ignore
  ['a number that is not whole', values.ratio, '.Values.ratio | toJson', 1e-7, 0.25],
  ['a number in a text', `${values.ratio}`, 'printf "%s" (.Values.ratio | toJson) | quote', '1e-7', '0.25'],
  ['a fallback', values.domain.or('none'), '.Values.domain | default "none" | quote', '100%', 'none'],
  ['a fallback that is a value', values.domain.or(values.host), '.Values.domain | default .Values.host | quote', '100%', 'a'], // prettier-ignore
  ['a fallback of a number', values.replicas.or(3), '(.Values.replicas | int64) | default 3 | int64', 1000000, 2],
  ['one of two', choose(values.debug, 'on', 'off'), 'ternary "on" "off" .Values.debug | quote', 'on', 'off'],
  ['one of two numbers', choose(values.debug, values.port, -1), 'ternary (.Values.port | int64) (-1) .Values.debug | int64', 65535, -1], // prettier-ignore
  ['one of two by a value that is set', choose(isSet(values.hosts), 'some', 'none'), 'ternary "some" "none" (not (not .Values.hosts)) | quote', 'some', 'none'], // prettier-ignore
  ['equal', values.port.is(5000), 'eq (.Values.port | int64) 5000', false, true],
  ['equal to a value', values.host.is(values.host), 'eq .Values.host .Values.host', true, true],
  ['not', not(isSet(values.domain)), 'not .Values.domain', false, true],
  ['is set', isSet(values.labels), 'not (not .Values.labels)', true, false],
  ['all', all(values.debug, not(values.host.is('a'))), 'not (not (and .Values.debug (not (eq .Values.host "a"))))', true, false], // prettier-ignore
  ['any', any(values.debug, isSet(values.hosts)), 'not (not (or .Values.debug .Values.hosts))', true, false],
  ['all of no tests', choose(all(), 'on', 'off'), 'ternary "on" "off" true | quote', 'on', 'on'],
  ['any of no tests', choose(any(), 'on', 'off'), 'ternary "on" "off" false | quote', 'off', 'off'],
  ['a number, equal to a whole one', values.ratio.is(1), 'eq (.Values.ratio | toJson) (1 | toJson)', false, false],
  ['a number, equal to another', values.ratio.is(0.25), 'eq (.Values.ratio | toJson) (0.25 | toJson)', false, true],
  ['a value of any kind, equal to a text', values.cpu.is('500m'), 'eq (.Values.cpu | toJson) ("500m" | toJson)', false, true], // prettier-ignore
  ['a value that may be missing, if it is there', all(isSet(values.domain), values.domain.is('100%')), 'not (not (and .Values.domain (eq .Values.domain "100%")))', true, false], // prettier-ignore
  ['a test in a text', `is ${isSet(values.domain)}`, 'printf "is %s" ((not (not .Values.domain)) | toJson) | quote', 'is true', 'is false'], // prettier-ignore
  ['a test alone in a text', `${any(values.debug, isSet(values.domain))}`, 'printf "%s" ((not (not (or .Values.debug .Values.domain))) | toJson) | quote', 'true', 'false'], // prettier-ignore
  ['a test in a choice', choose(values.debug, isSet(values.domain), isSet(values.hosts)), 'ternary (not (not .Values.domain)) (not (not .Values.hosts)) .Values.debug', true, false], // prettier-ignore
  ['a test compared with a test', isSet(values.domain).is(isSet(values.host)), 'eq (not (not .Values.domain)) (not (not .Values.host))', true, false], // prettier-ignore
  ['a test with a fallback', isSet(values.domain).or(true), '(not (not .Values.domain)) | default true', true, true],
  ['JSON of a test', json(isSet(values.domain)), '(not (not .Values.domain)) | toJson | quote', 'true', 'false'],
  ['a digest of a test', digest([isSet(values.domain)], 4), '(not (not .Values.domain)) | toJson | sha256sum | trunc 4 | quote', 'b5be', 'fcbc'], // prettier-ignore
  ['a value of any kind', values.cpu, '.Values.cpu | toJson', 1000000, '500m'],
  ['a value of any kind in a text', `cpu=${values.cpu}`, 'printf "cpu=%s" (ternary .Values.cpu (.Values.cpu | toJson) (kindIs "string" .Values.cpu)) | quote', 'cpu=1000000', 'cpu=500m'], // prettier-ignore
  ['a text of a number or nothing', `port=${when<unknown>(values.debug, values.port)}.`, 'printf "port=%s." (ternary ((.Values.port | int64) | toJson) "" .Values.debug) | quote', 'port=65535.', 'port=.'], // prettier-ignore
  ['a digest of a value of any kind', digest([values.cpu], 4), 'ternary .Values.cpu (.Values.cpu | toJson) (kindIs "string" .Values.cpu) | sha256sum | trunc 4 | quote', '6cce', 'd14c'], // prettier-ignore
  ['a map and a list in a text, as JSON', `${values.labels} ${values.hosts}`, 'printf "%s %s" (.Values.labels | toJson) (.Values.hosts | toJson) | quote', '{"a":"\\"","b":"\\u003c\\u0026\\u003e"} ["x","{{ y }}"]', '{} []'], // prettier-ignore
  ['a digest', digest([values.host], 4), '.Values.host | sha256sum | trunc 4 | quote', '2c13', 'ca97'],
  ['a digest of several', digest(['x', values.port]), 'list "x" ((.Values.port | int64) | toJson) | join "\\n" | sha256sum | quote', '1f77ecf0693af6f0a462a8f3db7c71d0e5b09aaf8bc9db95ab78c08d04a66987', '118a98bc7f495ba15d4be4635e6f3e647b9513b6721746812e043f58473e768e'], // prettier-ignore
  ['base64', base64(values.host), '.Values.host | b64enc | quote', 'aCJcw6k=', 'YQ=='],
  ['base64 of a number', base64(`${values.port}`), 'printf "%s" ((.Values.port | int64) | toJson) | b64enc | quote', 'NjU1MzU=', 'NTAwMA=='], // prettier-ignore
  ['JSON of a text', json(values.host), '.Values.host | toJson | quote', '"h\\"\\\\é"', '"a"'],
  ['JSON of a number', json(values.replicas), '(.Values.replicas | int64) | toJson | quote', '1000000', '2'],
  ['JSON of a map, sorted and as Go escapes it', json(values.labels), '.Values.labels | toJson | quote', '{"a":"\\"","b":"\\u003c\\u0026\\u003e"}', '{}'], // prettier-ignore
  ['JSON of a list', json(values.hosts), '.Values.hosts | toJson | quote', '["x","{{ y }}"]', '[]'],
];

const inside = each(values.hosts, (host) => `${host}`, '+');

/** A text with a name, the body of its template, and the text. */
const texts: readonly Row[] = [
  ['literals and values', `http://${values.host}:${values.port}/{{ x }}`, 'http://{{ .Values.host }}:{{ .Values.port | int64 }}/{{ "{{" }} x }}', 'http://h"\\é:65535/{{ x }}', 'http://a:5000/{{ x }}'], // prettier-ignore
  ['numbers and booleans', `${values.ratio} ${values.debug} ${not(values.debug)}`, '{{ .Values.ratio | toJson }} {{ .Values.debug }} {{ not .Values.debug }}', '1e-7 true false', '0.25 false true'], // prettier-ignore
  ['a condition', `a${when(values.debug, ' -v')}`, 'a{{ if .Values.debug }} -v{{ end }}', 'a -v', 'a'],
  ['one of two, nested', `${when<unknown>(values.debug, 'd', when<unknown>(isSet(values.domain), values.domain, 'x'))}`, '{{ if .Values.debug }}d{{ else }}{{ if .Values.domain }}{{ .Values.domain }}{{ else }}x{{ end }}{{ end }}', 'd', 'x'], // prettier-ignore
  ['a loop', `[${each(values.hosts, (h) => `<${h}>`)}]`, '[{{ range $item := .Values.hosts }}<{{ $item }}>{{ end }}]', '[<x><{{ y }}>]', '[]'], // prettier-ignore
  ['a loop with a separator', `[${each(values.hosts, (h) => `${h}:${values.port}`, ', ')}]`, '[{{ $separator := "" }}{{ range $item := .Values.hosts }}{{ $separator }}{{ $item }}:{{ $.Values.port | int64 }}{{ $separator = ", " }}{{ end }}]', '[x:65535, {{ y }}:65535]', '[]'], // prettier-ignore
  ['a loop over a map', `${eachEntry(values.labels, (k, v) => `${k}=${v}`, ' ')}.`, '{{ $separator := "" }}{{ range $key, $item := .Values.labels }}{{ $separator }}{{ $key }}={{ $item }}{{ $separator = " " }}{{ end }}.', 'a=" b=<&>.', '.'], // prettier-ignore
  ['a loop that counts', `${times(choose(values.debug, 3, values.replicas), (i) => `m-${i}`, ',')}`, '{{ $separator := "" }}{{ range $item := until (int (ternary 3 (.Values.replicas | int64) .Values.debug)) }}{{ $separator }}m-{{ $item | int64 }}{{ $separator = "," }}{{ end }}', 'm-0,m-1,m-2', 'm-0,m-1'], // prettier-ignore
  ['loops in loops', `${each(values.hosts, (h) => `${h}(${each(values.hosts, String, '|')})`, ' ')}`, '{{ $separator := "" }}{{ range $item := .Values.hosts }}{{ $separator }}{{ $item }}({{ $separator1 := "" }}{{ range $item1 := $.Values.hosts }}{{ $separator1 }}{{ $item1 }}{{ $separator1 = "|" }}{{ end }}){{ $separator = " " }}{{ end }}', 'x(x|{{ y }}) {{ y }}(x|{{ y }})', ''], // prettier-ignore
  ['a loop made outside of the one that it stands in', `${each(values.hosts, (h) => `${h}(${inside})`, ' ')}`, '{{ $separator := "" }}{{ range $item := .Values.hosts }}{{ $separator }}{{ $item }}({{ $separator1 := "" }}{{ range $item := $.Values.hosts }}{{ $separator1 }}{{ $item }}{{ $separator1 = "+" }}{{ end }}){{ $separator = " " }}{{ end }}', 'x(x+{{ y }}) {{ y }}(x+{{ y }})', ''], // prettier-ignore
  ['a value of any kind', `cpu=${values.cpu}`, 'cpu={{ ternary .Values.cpu (.Values.cpu | toJson) (kindIs "string" .Values.cpu) }}', 'cpu=1000000', 'cpu=500m'], // prettier-ignore
  ['a test', `${isSet(values.domain)}!`, '{{ not (not .Values.domain) }}!', 'true!', 'false!'],
  ['a value in braces', `{${values.host}}`, '{{ "{" }}{{ .Values.host }}}', '{h"\\é}', '{a}'],
  ['another text with a name', `${named('url', `http://${values.host}`)}/v3`, '{{ include "sample.url" . }}/v3', 'http://h"\\é/v3', 'http://a/v3'], // prettier-ignore
];

describe('a value in an object', () => {
  test.each(pipelines)('%s', (_, value, code, whenFull, bare) => {
    const written = { x: value };
    expect(printed(written)).toBe(`x: {{ ${code} }}`);
    expect([rendered(written, full), rendered(written, defaults)]).toEqual([{ x: whenFull }, { x: bare }]);
  });
});

const inText = (value: unknown) => ({ x: named('text', value as string) });

describe('a value in a text with a name', () => {
  test.each(texts)('%s', (_, value, code, whenFull, bare) => {
    const written = inText(value);
    expect(printed(written)).toBe('x: {{ include "sample.text" . | quote }}');
    const helpers = chartOf(written).get('templates/_helpers.tpl');
    expect(helpers).toContain(`{{- define "sample.text" -}}\n${code}\n{{- end }}\n`);
    expect([rendered(written, full), rendered(written, defaults)]).toEqual([{ x: whenFull }, { x: bare }]);
  });
});

test('a text with a name keeps its outer blanks', () => {
  const code = (text: string) => chartOf(inText(text)).get('templates/_helpers.tpl');
  expect(code(` ${values.host}`)).toBe('{{- define "sample.text" }} {{ .Values.host }}\n{{- end }}\n');
  expect(code(`${values.host}\n`)).toBe('{{- define "sample.text" -}}\n{{ .Values.host }}\n{{ end }}\n');
});

test('a loop inside a text needs a name of its own', () => {
  const list = each(values.hosts, String, ',');
  expect(() => printed({ x: `${list}` })).toThrow('sample: a loop inside a text needs a name of its own: named()');
});

test.each(helms())('helm $version gives these texts', ({ path: helm }) => {
  const written = [
    ...pipelines.map(([, value]) => ({ x: value })),
    ...[' a ', '\n', `\t${values.host}\n\n`].map((text, i) => ({ x: named(`blanks-${i}`, text) })),
    ...texts.map(([, value], i) => ({ x: named(`text-${i}`, value as string) })),
  ];
  expect(allFromHelm(helm, written, [full, defaults])).toEqual(allRendered(written, [full, defaults]));
});
