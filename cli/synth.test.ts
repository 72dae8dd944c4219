import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { folderOf } from '../test/support/batch';
import { required } from '../test/support/clouds';
import { messageOf } from '../test/support/message-of';
import { start } from '../test/support/many-helms';
import { compiledProject } from '../test/support/project';
import { GitopsOptions, gitopsOf, secretsOf, withoutPasswords } from './synth-options';

const options: GitopsOptions = { out: 'out', secrets: 'files' };

describe('options that do not go together:', () => {
  test.each<[string, Partial<GitopsOptions>, string]>([
    ['a store', { secretStore: 'vault' }, '--secret-store goes with --secrets external only'],
    ['a key', { secrets: 'none', secretKey: 'a' }, '--secret-key goes with --secrets external only'],
    [
      'a kind that is none of a store',
      { secrets: 'external', secretStore: 'Vault/a' },
      '--secret-store: found the kind "Vault", allowed are ClusterSecretStore, SecretStore',
    ],
    [
      'a store without a name',
      { secrets: 'external', secretStore: 'SecretStore/' },
      '--secret-store: found "SecretStore/", NAME or KIND/NAME is needed',
    ],
    [
      'an empty key',
      { secrets: 'external', secretKey: '' },
      '--secret-key: found an empty text, the name of an entry is needed',
    ],
    ['a repository', { gitopsRepo: 'a' }, '--gitops-repo goes with --gitops argocd only'],
    ['a revision', { gitops: 'flux', gitopsRevision: 'a' }, '--gitops-revision goes with --gitops argocd only'],
    ['a source', { gitops: 'argocd', gitopsSource: 'a' }, '--gitops-source goes with --gitops flux only'],
    [
      'a path',
      { gitops: 'kustomize', gitopsPath: 'a' },
      '--gitops-path goes with --gitops argocd or --gitops flux only',
    ],
    ['a namespace', { gitopsNamespace: 'a' }, '--gitops-namespace goes with --gitops argocd or --gitops flux only'],
    [
      'kustomizations of charts',
      { gitops: 'kustomize', only: 'charts' },
      '--gitops kustomize: charts have no kustomizations; leave --only out',
    ],
    [
      'Argo CD without a repository',
      { gitops: 'argocd' },
      '--gitops argocd needs --gitops-repo, the URL of the repository that the output is committed to',
    ],
    [
      'a source of three parts',
      { gitops: 'flux', gitopsPath: 'a', gitopsSource: 'a/b/c' },
      '--gitops-source: found "a/b/c", NAME or KIND/NAME is needed',
    ],
    [
      'an empty repository',
      { gitops: 'argocd', gitopsRepo: '' },
      '--gitops argocd needs --gitops-repo, the URL of the repository that the output is committed to',
    ],
    [
      'a repository with a password',
      { gitops: 'argocd', gitopsRepo: 'https://user:secret@git.example.org/a', gitopsPath: 'a' },
      '--gitops-repo: found a URL with a password, which would stand in the repository: leave it out, and give it to Argo CD',
    ],
    [
      'an empty revision',
      { gitops: 'argocd', gitopsRepo: 'a', gitopsPath: 'a', gitopsRevision: '' },
      '--gitops-revision: found an empty text, a branch, tag or commit is needed',
    ],
    ...['', '/clouds', '..', '../clouds', 'a/../../b'].map((gitopsPath): [string, Partial<GitopsOptions>, string] => [
      `the path ${JSON.stringify(gitopsPath)}`,
      { gitops: 'flux', gitopsPath },
      `--gitops-path: found ${JSON.stringify(gitopsPath)}, the path of a folder in the repository is needed, such as clouds/north, or .`,
    ]),
    [
      'a namespace that is none',
      { gitops: 'flux', gitopsPath: 'a', gitopsNamespace: 'A_' },
      '--gitops-namespace: found "A_", allowed are at most 63 lower-case letters, digits and \'-\', with a letter or digit at both ends',
    ],
    [
      'a source that is none',
      { gitops: 'flux', gitopsPath: 'a', gitopsSource: 'Git/a' },
      '--gitops-source: found the kind "Git", allowed are GitRepository, OCIRepository, Bucket',
    ],
    [
      'a source that no HelmRelease takes',
      { gitops: 'flux', only: 'charts', gitopsPath: 'a', gitopsSource: 'OCIRepository/a' },
      '--gitops-source: found the kind "OCIRepository", allowed are GitRepository, Bucket',
    ],
    [
      'an ExternalSecret that would stand nowhere',
      { secrets: 'external', only: 'charts' },
      '--secrets external: with --only charts, the ExternalSecret stands beside what --gitops argocd or --gitops flux writes',
    ],
    [
      'a folder in no repository',
      { gitops: 'flux', out: '/nowhere' },
      '/nowhere is in no Git repository: give --gitops-path, where it will be in one',
    ],
  ])('%s', (_, given, message) => {
    const all = { ...options, ...given };
    expect(messageOf(() => [secretsOf(all), gitopsOf(all)])).toBe(message);
  });
});

test('what is not said has a default', () => {
  expect(secretsOf({ ...options, secrets: 'external' })).toEqual({
    kind: 'ClusterSecretStore',
    name: 'openstack',
    key: 'openstack/passwords',
  });
  expect(gitopsOf(options)).toBeUndefined();
  expect(gitopsOf({ ...options, gitops: 'kustomize' })).toEqual({ tool: 'kustomize' });
  expect(gitopsOf({ ...options, gitops: 'flux', gitopsPath: 'north' })).toEqual({
    tool: 'flux',
    source: { kind: 'GitRepository', name: 'flux-system' },
    path: 'north',
    namespace: 'flux-system',
  });
  expect(
    gitopsOf({ ...options, gitops: 'argocd', gitopsPath: 'north', gitopsRepo: 'https://git.example.org/a' }),
  ).toEqual({
    tool: 'argocd',
    repo: 'https://git.example.org/a',
    revision: 'HEAD',
    path: 'north',
    namespace: 'argocd',
  });
});

test('a path is written as short as can be', () => {
  const path = (gitopsPath: string) => gitopsOf({ ...options, gitops: 'flux', gitopsPath });
  expect(path('./clouds//north/')).toMatchObject({ path: 'clouds/north' });
  expect(path('.')).toMatchObject({ path: '.' });
});

test('the path in the repository is that of the folder', () => {
  const top = folderOf([['.git/HEAD', '']]);
  const path = (out: string) => gitopsOf({ ...options, gitops: 'flux', out });
  expect(path(join(top, 'clouds', 'north'))).toMatchObject({ path: 'clouds/north' });
  expect(path(top)).toMatchObject({ path: '.' });
});

describe('with a Secret from elsewhere', () => {
  test('no password of the values is looked at', () => {
    const { passwords: _, ...global } = required['global'] as { passwords: object };
    expect(withoutPasswords(required)).toEqual({
      global: { ...global, passwords: { existingSecret: 'openstack-passwords' } },
    });
    expect(withoutPasswords({})).toEqual({ global: { passwords: { existingSecret: 'openstack-passwords' } } });
    const own = { existingSecret: 'mine', revision: '2' };
    expect(withoutPasswords({ global: { passwords: { ...own, metadata_secret: 'a' } } })).toEqual({
      global: { passwords: own },
    });
  });

  test('what is refused stays', () => {
    expect(withoutPasswords({ global: 1 })).toEqual({ global: 1 });
    expect(withoutPasswords({ global: { passwords: [] } })).toEqual({ global: { passwords: [] } });
  });
});

describe('the command', () => {
  const { passwords: _, ...global } = required['global'] as { passwords: object };
  const folder = folderOf([['cloud.json', JSON.stringify({ global })]]);
  mkdirSync(join(folder, '.git'));
  const out = join(folder, 'north');
  let project: string;
  beforeAll(() => {
    project = compiledProject();
  });
  const synth = (...args: string[]) =>
    start(process.execPath, [
      ...[join(project, 'cli', 'main.js'), 'synth', '-c', join(folder, 'cloud.json'), '-o', out],
      ...args,
    ]);

  test('writes a cloud for Argo CD without any password', async () => {
    const { status, stdout, stderr } = await synth(
      ...['--only', 'manifests', '--secrets', 'external', '--secret-store', 'SecretStore/vault'],
      ...['--gitops', 'argocd', '--gitops-repo', 'https://git.example.org/a', '--gitops-revision', 'main'],
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/: \d+ objects of 10 services, 11 files for Argo CD\n$/);
    expect(readdirSync(out).sort()).toEqual(['argocd', 'manifests']);
    expect(load(readFileSync(join(out, 'argocd', 'keystone.yaml'), 'utf8'))).toMatchObject({
      spec: { source: { repoURL: 'https://git.example.org/a', path: 'north/manifests/keystone' } },
    });
    const api = readFileSync(join(out, 'manifests', 'keystone', 'deployment-api.yaml'), 'utf8');
    expect(api).toContain('secretName: openstack-passwords\n');
    // For Flux, what was for Argo CD goes.
    await synth('--only', 'manifests', '--secrets', 'external', '--gitops', 'flux', '--service', 'keystone');
    expect(readdirSync(out).sort()).toEqual(['argocd', 'flux', 'manifests']);
    await synth('--only', 'manifests', '--secrets', 'external', '--gitops', 'flux');
    expect(readdirSync(out).sort()).toEqual(['flux', 'manifests']);
  });

  test.each([
    [['--service', 'keystnoe'], `the service "keystnoe" is not known; did you mean 'keystone'?\nthere are glance, `],
    [
      ['--only', 'chart'],
      "error: option '--only <what>' argument 'chart' is invalid. Allowed choices are manifests, charts.",
    ],
    [['--gitops', 'argo'], "argument 'argo' is invalid. Allowed choices are argocd, flux, kustomize."],
    [['--secrets', 'vault'], "argument 'vault' is invalid. Allowed choices are files, none, external."],
    [['--gitops', 'argocd'], '--gitops argocd needs --gitops-repo, '],
    [['--secrets', 'none'], 'global.passwords.database_password: is required'],
  ])('refuses %j', async (args, message) => {
    const before = existsSync(out) ? readdirSync(out) : [];
    const { status, stderr } = await synth(...args);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) });
    expect(existsSync(out) ? readdirSync(out) : []).toEqual(before);
  });
});
