import { packChart } from './archive';
import { indexYaml } from './repository';

const bytes = (text: string) => new TextEncoder().encode(text);
const entry = (name: string, version: string) => ({
  chart: { apiVersion: 'v2', name, version },
  bytes: bytes(`${name} ${version}`),
});

test('an index says where each package lies and what its digest is', () => {
  expect(
    indexYaml([
      {
        chart: {
          apiVersion: 'v2',
          name: 'keystone',
          version: '1.0.0',
          appVersion: '2026.1',
          description: 'Identity: yes',
        },
        bytes: bytes(''),
      },
    ]),
  ).toBe(`apiVersion: v1
entries:
  keystone:
    - apiVersion: v2
      name: keystone
      version: 1.0.0
      appVersion: '2026.1'
      description: 'Identity: yes'
      created: '1980-01-01T00:00:00Z'
      digest: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
      urls:
        - keystone-1.0.0.tgz
generated: '1980-01-01T00:00:00Z'
`);
});

test('sorts charts by name and versions from new to old', () => {
  const versions = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.9.0',
    '1.10.0',
    '10.0.0',
  ];
  const index = indexYaml([
    entry('b', '1.0.0'),
    ...versions.map((version) => entry('a', version)),
    entry('Z', '1.0.0'),
  ]);
  expect(index.match(/^ {2}\w+(?=:)/gm)).toEqual(['  Z', '  a', '  b']);
  const ofA = index.slice(index.indexOf('\n  a:'), index.indexOf('\n  b:'));
  expect([...ofA.matchAll(/version: (.*)/g)].map(([, version]) => version)).toEqual([...versions].reverse());
});

test('does not depend on the order of its entries', () => {
  const entries = [entry('a', '1.0.0+one'), entry('a', '1.0.0+two'), entry('b', '0.1.0')];
  expect(indexYaml([...entries].reverse())).toBe(indexYaml(entries));
});

test('takes another address', () => {
  const chart = { name: 'a', version: '1.0.0' };
  const index = indexYaml([{ chart, bytes: packChart('a', new Map([['Chart.yaml', '']])), url: 'v1/a.tgz' }]);
  expect(index).toContain('- v1/a.tgz');
});

test('refuses what Helm would not find', () => {
  expect(() => indexYaml([entry('a', '1.0')])).toThrow("'1.0' is not a semantic version such as 1.2.3");
  expect(() => indexYaml([entry('a', '1.0.0'), entry('a', '1.0.0')])).toThrow(
    'chart a is in the index twice with version 1.0.0',
  );
});
