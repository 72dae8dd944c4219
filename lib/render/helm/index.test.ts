import { z } from 'zod';
import { renderHelm } from '.';
import { folderOf } from '../../../test/support/batch';
import { HelmError, helmTemplate, parseObjects } from '../../../test/support/helm';
import { helms } from '../../../tools/toolchain';
import type { JsonMap } from '../../values/expression';
import { ValuesModel } from '../../values/model';
import { named } from '../../values/named';
import { Template, treeOf } from '../../values/tree';
import { word } from '../../values/types';
import { Value, isSet, not } from '../../values/value';
import { Requirement, renderPlain, textWith, unmet } from '../plain';

const shape = z.strictObject({
  host: word().optional(),
  debug: z.boolean().default(false),
  'a.conf': word().default('x'),
});
const { handles: values, defaults } = new ValuesModel('sample', shape);
const release = { name: 'rel', namespace: 'openstack' };

const template = (name: string, written: object, guard?: Value<boolean>): Template => {
  const root = treeOf(written);
  if (root.node !== 'map') throw new Error('an object is a map');
  return { name, origin: `sample/${name}`, secret: false, root, ...(guard && { guard: guard.expression }) };
};

const url = named('url', `http://${values.host.or('localhost')}/`);
const templates = [
  template('service', { url }),
  template('debug', { url: `${url}debug`, image: named('image', 'a:b') }, values.debug),
];
const requirements: Requirement[] = [
  { test: isSet(values.host).expression, path: ['host'], message: 'is required: where "it" is' },
  { test: not(values.debug).expression, path: ['a.conf'], message: 'not with debug' },
];
const files = renderHelm('sample', templates, requirements);

describe('a chart has', () => {
  test('one file for each object, one for what it requires, and one for texts with a name', () => {
    expect([...files.keys()]).toEqual([
      ...['templates/service.yaml', 'templates/debug.yaml', 'templates/requirements.yaml', 'templates/_helpers.tpl'],
    ]);
    expect([...renderHelm('sample', [template('a', { a: 1 })], []).keys()]).toEqual(['templates/a.yaml']);
  });

  test('objects with a guard around', () => {
    expect(files.get('templates/service.yaml')).toBe('url: {{ include "sample.url" . | quote }}\n');
    expect(files.get('templates/debug.yaml')).toBe(
      [
        '{{- if .Values.debug }}',
        'url: {{ printf "%sdebug" (include "sample.url" .) | quote }}',
        'image: {{ include "sample.image" . | quote }}',
        '{{- end }}',
        '',
      ].join('\n'),
    );
  });

  test('texts under the name of the chart, sorted, each once', () => {
    expect(files.get('templates/_helpers.tpl')).toBe(
      [
        '{{- define "sample.image" -}}\na:b\n{{- end }}',
        '{{- define "sample.url" -}}\nhttp://{{ if .Values.host }}{{ .Values.host }}{{ else }}localhost{{ end }}/\n{{- end }}',
        '',
      ]
        .join('\n\n')
        .slice(0, -1),
    );
  });

  test('all requirements in one message', () => {
    expect(files.get('templates/requirements.yaml')).toBe(
      [
        '{{- $problems := list }}',
        '{{- if not (.Values.host) }}',
        '{{- $problems = append $problems "host: is required: where \\"it\\" is" }}',
        '{{- end }}',
        '{{- if not (not .Values.debug) }}',
        '{{- $problems = append $problems "[\\"a.conf\\"]: not with debug" }}',
        '{{- end }}',
        '{{- with $problems }}',
        '{{- fail (printf "the values of sample are not valid:\\n  %s" (join "\\n  " .)) }}',
        '{{- end }}',
        '',
      ].join('\n'),
    );
  });

  test('no two texts of one name; the same text twice is one', () => {
    const twice = (text: string) =>
      renderHelm('sample', [template('a', { a: named('x', 'text') }), template('b', { b: named('x', text) })], []);
    expect(() => twice('other')).toThrow("sample: two different texts are named 'x'");
    expect(twice('text').get('templates/_helpers.tpl')).toBe('{{- define "sample.x" -}}\ntext\n{{- end }}\n');
  });

  test('also the texts that only a requirement or a guard uses', () => {
    const mode = named('mode', `${values['a.conf']}`).is('x');
    const define = '{{- define "sample.mode" -}}\n{{ index .Values "a.conf" }}\n{{- end }}\n';
    const required = { test: mode.expression, path: ['a.conf'], message: 'x' };
    expect(renderHelm('sample', [], [required]).get('templates/_helpers.tpl')).toBe(define);
    expect(renderHelm('sample', [template('a', { a: 1 }, mode)], []).get('templates/_helpers.tpl')).toBe(define);
  });
});

describe('with these values', () => {
  const sets: readonly (readonly [string, JsonMap, objects: object[], problems: string[]])[] = [
    ['all is well', { host: 'h' }, [{ url: 'http://h/' }], []],
    ['a value is missing', {}, [{ url: 'http://localhost/' }], ['host']],
    [
      'two things are wrong',
      { debug: true },
      [{ url: 'http://localhost/' }, { url: 'http://localhost/debug', image: 'a:b' }],
      ['host', 'a.conf'],
    ],
  ];

  test.each(sets)('plain: %s', (_, user, objects, problems) => {
    const all = { ...defaults, ...user };
    expect(renderPlain(templates, all, release).map(({ object }) => object)).toEqual(objects);
    expect(unmet(requirements, all, release).map(({ path }) => path.join('.'))).toEqual(problems);
  });

  test('plain: each object says which template it comes from', () => {
    const all = { ...defaults, debug: true };
    expect(renderPlain(templates, all, release).map((rendered) => rendered.template)).toEqual(['service', 'debug']);
    expect(textWith(url.expression, { host: 'h' }, release)).toBe('http://h/');
  });

  const folder = folderOf([['Chart.yaml', 'apiVersion: v2\nname: sample\nversion: 1.0.0\n'], ...files]);
  describe.each(helms())('helm $version', ({ path: helm }) => {
    test.each(sets)('%s', (_, user, objects, problems) => {
      const render = () =>
        helmTemplate(folder, { helm, release: 'rel', namespace: 'a', values: { ...defaults, ...user } });
      if (problems.length === 0) {
        expect(parseObjects(render())).toEqual(objects);
      } else {
        expect(render).toThrow(HelmError);
        expect(render).toThrow('the values of sample are not valid:\n  host: is required: where "it" is');
      }
    });
  });
});
