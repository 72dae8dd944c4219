import { z } from 'zod';
import { allFromHelm, allRendered, printed, rendered } from '../../../test/support/rendering';
import type { Written } from '../../../test/support/rendering';
import { helms } from '../../../tools/toolchain';
import type { JsonMap } from '../../values/expression';
import { ValuesModel } from '../../values/model';
import { count, labels, line, port, word } from '../../values/types';
import { each, eachEntry, isSet, not, spread, times, when } from '../../values/value';

const shape = z.strictObject({
  replicas: count().default(1000000),
  tag: word().default('0755'),
  debug: z.boolean().default(false),
  domain: word().optional(),
  labels: labels().default({}),
  hosts: z.array(word()).default([]),
  ports: z.array(z.strictObject({ name: word(), port: port(), tls: z.boolean().optional() })).default([]),
  env: z.record(z.string(), line()).default({}),
  zones: count().default(0),
  more: labels().optional(),
});
const { handles: values, defaults } = new ValuesModel('sample', shape);

const full: JsonMap = {
  ...defaults,
  debug: true,
  domain: 'a.b',
  labels: { tier: 'api', app: 'mine' },
  hosts: ['yes', '{{ h }}'],
  ports: [
    { name: 'api', port: 5000, tls: true },
    { name: 'admin', port: 35357 },
  ],
  env: { B: 'x: y', A: '' },
  zones: 2,
  more: { a: '1' },
};

/** What an author writes, what a user of Helm reads, and what is there with the values above and with the defaults. */
interface Example {
  readonly says: string;
  readonly write: Written;
  readonly template: string;
  readonly gives: JsonMap;
  readonly bare: JsonMap;
}

const examples: readonly Example[] = [
  {
    says: 'known scalars stand as they are, quoted where YAML 1.1 would read something else',
    write: { kind: 'Pod', on: 'yes', count: 3, ratio: 0.5, tls: false, mode: '0440', none: '', name: 'null' },
    template: 'kind: Pod\n"on": "yes"\ncount: 3\nratio: 0.5\ntls: false\nmode: "0440"\nnone: ""\nname: "null"',
    gives: { kind: 'Pod', on: 'yes', count: 3, ratio: 0.5, tls: false, mode: '0440', none: '', name: 'null' },
    bare: { kind: 'Pod', on: 'yes', count: 3, ratio: 0.5, tls: false, mode: '0440', none: '', name: 'null' },
  },
  {
    says: 'braces of its own are escaped, in keys too',
    write: { a: 'x {{ .y }}', '{{': '}}' },
    template: `a: x {{ "{{" }} .y }}\n"{{ "{{" }}": "}}"`,
    gives: { a: 'x {{ .y }}', '{{': '}}' },
    bare: { a: 'x {{ .y }}', '{{': '}}' },
  },
  {
    says: 'a text of several lines is a block',
    write: { script: 'set -e\n\n  echo {{ $1 }}\n', args: ['a\nb', { c: 'd\n' }], end: 1 },
    template: ['script: |\n  set -e\n\n    echo {{ "{{" }} $1 }}', 'args:\n- |-\n  a\n  b\n- c: |\n    d\nend: 1'].join(
      '\n',
    ),
    gives: { script: 'set -e\n\n  echo {{ $1 }}\n', args: ['a\nb', { c: 'd\n' }], end: 1 },
    bare: { script: 'set -e\n\n  echo {{ $1 }}\n', args: ['a\nb', { c: 'd\n' }], end: 1 },
  },
  {
    says: 'a value is typed as its model says: a number that Helm holds as float64 is an integer again',
    write: { replicas: values.replicas, tag: values.tag, debug: values.debug, quiet: not(values.debug) },
    template: [
      'replicas: {{ .Values.replicas | int64 }}',
      'tag: {{ .Values.tag | quote }}',
      'debug: {{ .Values.debug }}',
      'quiet: {{ not .Values.debug }}',
    ].join('\n'),
    gives: { replicas: 1000000, tag: '0755', debug: true, quiet: false },
    bare: { replicas: 1000000, tag: '0755', debug: false, quiet: true },
  },
  {
    says: 'maps and lists are nested; a literal {} or [] stays',
    write: { spec: { volumes: [{ name: 'tmp', emptyDir: {} }, ['a', ['b']]], args: [] } },
    template: 'spec:\n  volumes:\n  - name: tmp\n    emptyDir: {}\n  - - a\n    - - b\n  args: []',
    gives: { spec: { volumes: [{ name: 'tmp', emptyDir: {} }, ['a', ['b']]], args: [] } },
    bare: { spec: { volumes: [{ name: 'tmp', emptyDir: {} }, ['a', ['b']]], args: [] } },
  },
  {
    says: 'when: a key that is there only if the test holds',
    write: { name: 'x', domain: when(isSet(values.domain), values.domain) },
    template: 'name: x\n{{- if .Values.domain }}\ndomain: {{ .Values.domain | quote }}\n{{- end }}',
    gives: { name: 'x', domain: 'a.b' },
    bare: { name: 'x' },
  },
  {
    says: 'when with otherwise: one of two, of any shape',
    write: { strategy: when<unknown>(values.debug, { type: 'Recreate' }, 'RollingUpdate') },
    template: [
      '{{- if .Values.debug }}\nstrategy:\n  type: Recreate',
      '{{- else }}\nstrategy: RollingUpdate\n{{- end }}',
    ].join('\n'),
    gives: { strategy: { type: 'Recreate' } },
    bare: { strategy: 'RollingUpdate' },
  },
  {
    says: 'when in a list: an item, and a list that goes with its only items',
    write: { args: ['serve', when(values.debug, '--debug')], extra: [when(values.debug, { name: 'x' })] },
    template: [
      'args:\n- serve\n{{- if .Values.debug }}\n- --debug\n{{- end }}',
      '{{- if .Values.debug }}\nextra:\n- name: x\n{{- end }}',
    ].join('\n'),
    gives: { args: ['serve', '--debug'], extra: [{ name: 'x' }] },
    bare: { args: ['serve'] },
  },
  {
    says: 'a map whose entries are all conditional goes when none is there',
    write: { a: { b: { debug: when(values.debug, true), domain: when(isSet(values.domain), 'x') } }, c: 1 },
    template: [
      '{{- if or .Values.debug .Values.domain }}\na:',
      '  b:\n    {{- if .Values.debug }}\n    debug: true\n    {{- end }}',
      '    {{- if .Values.domain }}\n    domain: x\n    {{- end }}',
      '{{- end }}\nc: 1',
    ].join('\n'),
    gives: { a: { b: { debug: true, domain: 'x' } }, c: 1 },
    bare: { c: 1 },
  },
  {
    says: 'an item whose first key is conditional',
    write: { items: [{ debug: when(values.debug, true), name: 'x' }] },
    template: 'items:\n-\n  {{- if .Values.debug }}\n  debug: true\n  {{- end }}\n  name: x',
    gives: { items: [{ debug: true, name: 'x' }] },
    bare: { items: [{ name: 'x' }] },
  },
  {
    says: 'a map or list value goes with its key when it is empty',
    write: { spec: { nodeSelector: values.labels, hosts: values.hosts, restart: 'Never' } },
    template: [
      'spec:',
      '  {{- with .Values.labels }}\n  nodeSelector:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}',
      '  {{- with .Values.hosts }}\n  hosts:\n  {{- toYaml . | nindent 2 }}\n  {{- end }}',
      '  restart: Never',
    ].join('\n'),
    gives: { spec: { nodeSelector: { tier: 'api', app: 'mine' }, hosts: ['yes', '{{ h }}'], restart: 'Never' } },
    bare: { spec: { restart: 'Never' } },
  },
  {
    says: 'spread: all entries of a map, but for keys that are written out',
    write: { labels: { ...spread(values.labels), app: 'ours' }, own: { ...spread(values.labels) } },
    template: [
      'labels:\n  app: ours\n  {{- with omit .Values.labels "app" }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}',
      '{{- if .Values.labels }}\nown:',
      '  {{- with .Values.labels }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}\n{{- end }}',
    ].join('\n'),
    gives: { labels: { app: 'ours', tier: 'api' }, own: { app: 'mine', tier: 'api' } },
    bare: { labels: { app: 'ours' } },
  },
  {
    says: 'spread: beside keys that are not always there, the map goes if nothing is left of it',
    write: { m: { app: when(values.debug, 'ours'), tier: when(values.debug, 'x'), ...spread(values.labels) }, c: 1 },
    template: [
      '{{- if or .Values.debug (omit .Values.labels "app" "tier") }}\nm:',
      '  {{- if .Values.debug }}\n  app: ours\n  {{- end }}\n  {{- if .Values.debug }}\n  tier: x\n  {{- end }}',
      '  {{- with omit .Values.labels "app" "tier" }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}\n{{- end }}\nc: 1',
    ].join('\n'),
    gives: { m: { app: 'ours', tier: 'x' }, c: 1 },
    bare: { c: 1 },
  },
  {
    says: 'spread: of a map that may be missing',
    write: { m: { app: 'x', ...spread(values.more) }, all: { ...spread(values.more) } },
    template: [
      'm:\n  app: x\n  {{- with omit (.Values.more | default dict) "app" }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}',
      '{{- if .Values.more }}\nall:',
      '  {{- with .Values.more }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}\n{{- end }}',
    ].join('\n'),
    gives: { m: { app: 'x', a: '1' }, all: { a: '1' } },
    bare: { m: { app: 'x' } },
  },
  {
    says: 'each: the items of a list; inside, $ is the top',
    write: {
      ports: [
        each(values.ports, ({ name, port: number, tls }) => ({
          name,
          port: number,
          tag: values.tag,
          tls: when(isSet(tls), 'on'),
        })),
      ],
    },
    template: [
      '{{- if .Values.ports }}\nports:\n{{- range $item := .Values.ports }}',
      '- name: {{ $item.name | quote }}\n  port: {{ $item.port | int64 }}\n  tag: {{ $.Values.tag | quote }}',
      '  {{- if $item.tls }}\n  tls: "on"\n  {{- end }}',
      '{{- end }}\n{{- end }}',
    ].join('\n'),
    gives: {
      ports: [
        { name: 'api', port: 5000, tag: '0755', tls: 'on' },
        { name: 'admin', port: 35357, tag: '0755' },
      ],
    },
    bare: {},
  },
  {
    says: 'eachEntry and times, beside an item that is always there',
    write: {
      env: [{ name: 'HOME' }, eachEntry(values.env, (name, value) => ({ name, value }))],
      zones: [times(values.zones, (i) => `zone-${i}`), 'last'],
    },
    template: [
      'env:\n- name: HOME\n{{- range $key, $item := .Values.env }}',
      '- name: {{ $key | quote }}\n  value: {{ $item | quote }}\n{{- end }}',
      'zones:\n{{- range $item := until (int .Values.zones) }}',
      '- {{ printf "zone-%s" (($item | int64) | toJson) | quote }}\n{{- end }}\n- last',
    ].join('\n'),
    gives: {
      env: [{ name: 'HOME' }, { name: 'A', value: '' }, { name: 'B', value: 'x: y' }],
      zones: ['zone-0', 'zone-1', 'last'],
    },
    bare: { env: [{ name: 'HOME' }], zones: ['last'] },
  },
];

describe('a template', () => {
  test.each(examples)('$says', ({ write, template }) => {
    expect(printed(write)).toBe(template);
  });
});

describe('the object', () => {
  test.each(examples)('$says', ({ write, gives, bare }) => {
    expect([rendered(write, full), rendered(write, defaults)]).toEqual([gives, bare]);
  });

  test('keeps its keys in the order they were written', () => {
    expect(Object.keys(rendered({ z: 1, a: values.tag, m: when(values.debug, 1), b: 2 }, full))).toEqual([
      ...['z', 'a', 'm', 'b'],
    ]);
  });
});

test.each(helms())('helm $version gives these objects', ({ path: helm }) => {
  const written = examples.map(({ write }) => write);
  const quiet = { ...full, debug: false };
  const sets = [full, defaults, quiet, { ...quiet, labels: { tier: 'x', other: 'y' } }];
  expect(allFromHelm(helm, written, sets)).toEqual(allRendered(written, sets));
});
