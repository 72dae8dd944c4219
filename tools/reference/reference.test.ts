import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { fileTable, packageOptions } from '../../lib/config/oslo/table';
import type { OsloOption } from '../../lib/config/oslo/table';
import { readPolicy } from '../oslo-options/data';
import { RELEASES } from '../oslo-options/projects';
import { changesPage } from './changes-page';
import type { Project } from './project';
import { projectPage } from './project-page';
import { ruleChanges } from '../../lib/config/policy';
import { site, writeSite } from './site';

/** One with a single file, and one with two. */
const NAMES = ['placement', 'masakari'];

const plain = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => plain(found!));
const ids = (html: string): string[] => all(html, / id="([^"]*)"/g);

interface Find {
  readonly textContent: string;
  readonly href: string;
}

/** What the index page shows for some words, of the release that it begins with. */
function search(files: ReadonlyMap<string, string>, words: string): Find[] {
  let shown: { readonly link: Find }[] = [];
  const element = (more: object) => ({ ...more, addEventListener: () => undefined });
  const elements: { readonly [selector: string]: object } = {
    select: element({ value: all(files.get('index.html')!, /<option>(.*?)</g)[0] }),
    input: element({ value: words }),
    output: {},
    table: {},
    '#found': { replaceChildren: (...lines: typeof shown) => (shown = lines) },
  };
  const document = {
    querySelector: (selector: string) => elements[selector],
    addEventListener: (_: string, start: () => void) => start(),
    createElement: () => ({
      append(link: Find) {
        Object.assign(this, { link });
      },
    }),
    head: { append: ({ src }: { src: string }) => runInContext(files.get(src)!, context) },
  };
  const context = createContext({ document });
  runInContext(files.get('search.js')!, context);
  return shown.map(({ link }) => ({ textContent: link.textContent, href: link.href }));
}

describe('of two projects', () => {
  const files = site(NAMES);
  const pages = [...files].filter(([path]) => path.endsWith('.html'));

  test('has a page for each release, one for what changed, and an index', () => {
    expect(pages.map(([path]) => path).sort()).toEqual([
      '2025.1-2026.1/masakari.html',
      '2025.1-2026.1/placement.html',
      '2025.1/masakari.html',
      '2025.1/placement.html',
      '2026.1/masakari.html',
      '2026.1/placement.html',
      'index.html',
    ]);
  });

  test.each(RELEASES)('has each option and each rule of %s once', (release) => {
    for (const name of NAMES) {
      const wanted = Object.keys(packageOptions(release, name).files!).flatMap((file) => {
        const { sections } = fileTable(release, name, file);
        const inFile = file === `${name}.conf` ? '' : `${file}:`;
        return Object.entries(sections).flatMap(([section, options]) =>
          Object.keys(options).map((option) => `${inFile}${section}.${option}`),
        );
      });
      const rules = Object.keys(readPolicy(release, name).rules).map((rule) => `policy:${rule}`);
      const html = files.get(`${release}/${name}.html`)!;
      expect(all(html, /<div id="([^"]*)"><dt>/g).sort()).toEqual([...wanted, ...rules].sort());
      expect(wanted.length).toBeGreaterThan(100);
    }
  });

  test('has no anchor twice on a page', () => {
    for (const [path, html] of pages) expect({ path, ids: ids(html) }).toEqual({ path, ids: [...new Set(ids(html))] });
  });

  test('has links that lead somewhere in it', () => {
    for (const [path, html] of pages) {
      for (const href of all(html, /(?:href|src)="([^"]*)"/g)) {
        const [to = '', anchor] = href.split('#');
        const target = files.get(to === '' ? path : posix.join(posix.dirname(path), to));
        const found =
          target !== undefined && (anchor === undefined || ids(target).includes(decodeURIComponent(anchor)));
        expect({ path, href, found }).toEqual({ path, href, found: true });
      }
    }
  });

  test('has a search whose finds lead to options', () => {
    expect(search(files, 'masakari taskflow HOST_auto')).toEqual([
      {
        textContent:
          'masakari masakari-custom-recovery-methods.conf [taskflow_driver_recovery_flows] host_auto_failure_recovery_tasks',
        href:
          '2026.1/masakari.html#masakari-custom-recovery-methods.conf%3A' +
          'taskflow_driver_recovery_flows.host_auto_failure_recovery_tasks',
      },
    ]);
    const found = [...search(files, 'placement'), ...search(files, 'masakari.conf DEFAULT')];
    expect(found.length).toBeGreaterThan(150);
    for (const { href } of found) {
      const [path, anchor] = href.split('#') as [string, string];
      expect(ids(files.get(path)!)).toContain(decodeURIComponent(anchor));
    }
  });

  test('says which versions it is from', () => {
    expect(files.get('2026.1/placement.html')).toMatch(/From .*openstack-placement 15\.\d+\.\d+, .*oslo\.config \d+/);
  });
});

const project = (release: string, options: { readonly [name: string]: OsloOption }): Project => ({
  name: 'kettle',
  release,
  package: 'kettle',
  versions: { kettle: '1.0.0' },
  files: [
    {
      file: 'kettle.conf',
      release,
      sections: { DEFAULT: options },
      named: [{ name: 'cup_{name}', options: { size: { type: 'integer', formerly: [['', 'volume']] } } }],
    },
  ],
  named: [{ section: 'cup_{name}', names: { section: 'DEFAULT', option: 'cups' }, source: 'kettle/cups.py' }],
  rules: { 'kettle:boil': { check: '', operations: ['POST /v1/boil'], help: 'Boil & pour.' } },
});

/** What a page says of an option, without tags. */
function said(html: string, anchor: string): string {
  const [, entry] = html.split(`<div id="${anchor}"><dt>`);
  return plain(entry!.split('</dd></div>')[0]!.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

test('a page says all that is known of an option', () => {
  const html = projectPage(
    project('2026.1', {
      fuel: {
        type: 'string',
        choices: ['gas', 'wood'],
        choiceHelp: { wood: 'Takes long.' },
        default: 'gas',
        mutable: true,
        help: 'What burns.',
        formerly: [['stove', 'fuel']],
        deprecated: { since: '2025.2', reason: 'Use current.' },
      },
      host: { type: 'hostname', sample: '<host>' },
      key: { type: 'string', secret: true, required: true },
      lids: { type: 'list', items: { type: 'string' }, default: [] },
    }),
  );
  expect(said(html, 'DEFAULT.fuel')).toBe(
    'fuel One of "gas", "wood". Default: gas . Read again on SIGHUP. What burns. wood : Takes long. ' +
      'Deprecated since 2025.2. Use current. Formerly [stove] fuel.',
  );
  expect(said(html, 'DEFAULT.host')).toBe('host A host name. No default; such as <host> .');
  expect(said(html, 'DEFAULT.key')).toBe('key One line of text. No default. Required. Secret.');
  expect(said(html, 'DEFAULT.lids')).toBe('lids One text with commas, each item one line of text. Default: empty.');
  expect(html).toContain('One for each of: the names in [DEFAULT] cups.');
  expect(said(html, 'cup_{name}.size')).toBe('size An integer. No default. Formerly [cup_{name}] volume.');
  expect(said(html, 'policy:kettle:boil')).toBe('kettle:boil Default: anyone. Boil & pour. POST /v1/boil');
});

test('what looks like markup is text', () => {
  const html = projectPage(
    project('2026.1', {
      '"><b>': { type: 'string', default: '<i>', help: '</p><script>alert("1 & 2")</script>' },
    }),
  );
  expect(html).toContain('&lt;/p&gt;&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;');
  expect(html).toContain('<code>&lt;i&gt;</code>');
  expect(html).toContain('id="DEFAULT.&quot;&gt;&lt;b&gt;"');
  expect(html).not.toMatch(/<(b|i|script)>/);
});

test('a page says what changed, and links to what it speaks of', () => {
  const html = changesPage(
    project('2025.1', { debug: { type: 'boolean', default: true }, fuel: { type: 'string' } }),
    project('2026.1', { debug: { type: 'boolean', default: false }, lids: { type: 'integer', default: 1 } }),
  );
  expect(html).toContain(
    '<div><dt><a href="../2025.1/kettle.html#DEFAULT.fuel">[DEFAULT] fuel</a></dt><dd class="text">is gone</dd></div>',
  );
  expect(html).toContain(
    '<a href="../2026.1/kettle.html#DEFAULT.debug">[DEFAULT] debug</a></dt><dd class="text">has the default false; before, true',
  );
  expect(html).toContain('>[DEFAULT] lids</a></dt><dd class="text">takes an integer; default: 1</dd>');
});

test('what changed for rules', () => {
  const before = { a: { check: 'role:admin' }, b: { check: '' }, c: { check: '' }, d: { check: 'rule:a' } };
  const after = {
    a: { check: 'role:manager' },
    'c:get': { check: '', formerly: { name: 'c', check: '' } },
    d: { check: 'rule:a', deprecated: { since: '2026.1', reason: 'Nobody asks.' } },
    e: { check: 'rule:a' },
  };
  expect(ruleChanges(before, after).map(({ rule, words }) => `${rule} ${words}`)).toEqual([
    'a allows role:manager; before, role:admin',
    'b is gone',
    'c is an old name of c:get now',
    'c:get is new: anyone',
    'd is deprecated: Nobody asks.',
    'e is new: rule:a',
  ]);
});

describe('in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-reference-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const contents = (path: string) =>
    readdirSync(path, { recursive: true })
      .map((name) => join(path, String(name)))
      .filter((file) => statSync(file).isFile())
      .sort()
      .map((file) => [file, readFileSync(file, 'utf8')]);

  test('are the same bytes when they are written again, and nothing else is left', () => {
    const out = join(folder, 'reference-out');
    writeSite(out, NAMES);
    const first = contents(out);
    writeFileSync(join(out, 'index.html'), 'changed');
    writeSite(out, NAMES);
    expect(contents(out)).toEqual(first);
    expect(readdirSync(dirname(out))).toEqual(['reference-out']);
  });

  test('do not replace what others have made', () => {
    const out = join(folder, 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.html'), 'mine');
    expect(() => writeSite(out, NAMES)).toThrow(`${out}: was not made by npm run reference; give another --out`);
    expect(existsSync(join(out, 'mine.html'))).toBe(true);
    expect(readdirSync(out)).toHaveLength(1);
  });
});
