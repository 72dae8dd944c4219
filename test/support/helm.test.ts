import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import fc from 'fast-check';
import { helms } from '../../tools/toolchain';
import { HelmError, helmTemplate, parseObjects } from './helm';

const chart = mkdtempSync(path.join(tmpdir(), 'chart-'));
mkdirSync(path.join(chart, 'templates'));
writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: echo\nversion: 0.1.0\n');
writeFileSync(
  path.join(chart, 'templates', 'echo.yaml'),
  '{{- if .Values.refuse }}{{ fail "refused: this value" }}{{ end }}\n' +
    'release: {{ .Release.Name }}\nnamespace: {{ .Release.Namespace }}\nvalues: {{ omit .Values "refuse" | toJson }}\n',
);
afterAll(() => rmSync(chart, { recursive: true }));

describe.each(helms())('helm $version', ({ path: helm }) => {
  const options = { release: 'rel', namespace: 'openstack', helm };

  test('prints what the templates say', () => {
    const [object] = parseObjects(helmTemplate(chart, options));
    expect(object).toEqual({ release: 'rel', namespace: 'openstack', values: {} });
  });

  test('hands any text over unchanged', () => {
    // What YAML can't hold at all is left out: control characters, halves of surrogate pairs, two non-characters.
    const text = fc.string({ unit: 'grapheme' }).map((s) => s.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ''));
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.constantFrom('\ufeff', '\u2028', 'yes', '0123', '😀'))), (list) => {
        const [object] = parseObjects(helmTemplate(chart, { ...options, values: { list } }));
        expect(object?.values).toEqual({ list });
      }),
      { numRuns: 20 },
    );
  });

  test('says why Helm refused', () => {
    const render = () => helmTemplate(chart, { ...options, values: { refuse: true } });
    expect(render).toThrow(HelmError);
    expect(render).toThrow(/refused: this value/);
  });
});
