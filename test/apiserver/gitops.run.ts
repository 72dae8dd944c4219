import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { JsonMap } from '../../lib/values/expression';
import { crdFiles, gitopsTools } from '../../tools/crd-types/operators';
import { tool } from '../../tools/toolchain';
import { folderOf } from '../support/batch';
import { compiledProject } from '../support/project';
import { Cluster } from './cluster';

/**
 * What `synth --gitops` and `--secrets external` write, and the repositories in docs/gitops, a real API server takes as
 * objects of Argo CD, Flux and the External Secrets Operator, with no field unknown: `npm run test:apiserver`.
 */
const ROOT = join(__dirname, '..', '..');
const project = compiledProject();
const own = process.env['KUBECONFIG'] === undefined ? describe : describe.skip;

own('GitOps:', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
    for (const [name, files] of Object.entries(gitopsTools)) {
      for (const crd of crdFiles(name, files, ROOT)) await cluster.define(crd);
    }
    for (const name of ['argocd', 'flux-system', 'north']) kubectl('create', 'namespace', name);
  }, 25 * 60_000);
  afterAll(() => cluster.close());

  const kubectl = (...args: string[]): string =>
    execFileSync(tool('kubectl'), ['--kubeconfig', cluster.kubeconfig, ...args], { encoding: 'utf8', stdio: 'pipe' });
  /** Nothing is kept. Without a namespace, but for objects that have none of their own. */
  const take = (namespace: string | undefined, ...what: string[]): string[] =>
    kubectl(
      ...['apply', '--server-side', '--dry-run=server', '--validate=strict', '-o', 'name', ...what],
      ...(namespace === undefined ? [] : ['-n', namespace]),
    )
      .trimEnd()
      .split('\n');

  /** A Git repository with one of the examples, rendered as its own script does. */
  const repository = (tool: string): string => {
    const folder = folderOf([['.git/HEAD', '']]);
    cpSync(join(ROOT, 'docs', 'gitops', tool), folder, { recursive: true });
    const bin = folderOf([['kolla-cdk8s', `#!/bin/sh\nexec '${process.execPath}' '${project}/cli/main.js' "$@"\n`]]);
    chmodSync(join(bin, 'kolla-cdk8s'), 0o755);
    execFileSync(join(folder, 'synth.sh'), {
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
    });
    return folder;
  };
  const files = (folder: string): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort();
  const objectsIn = (file: string): JsonMap[] => loadAll(readFileSync(file, 'utf8')) as JsonMap[];
  interface Source {
    readonly spec: { readonly path: string; readonly source: { readonly path: string } };
  }

  test('the repository for Argo CD', () => {
    const folder = repository('argocd');
    expect(take(undefined, '-f', join(folder, 'bootstrap'))).toEqual([
      'namespace/north',
      'application.argoproj.io/north',
      'clustersecretstore.external-secrets.io/openstack',
    ]);
    const [, root] = objectsIn(join(folder, 'bootstrap', 'north.yaml')) as unknown as [object, Source];
    const applications = join(folder, root.spec.source.path);
    expect(take(undefined, '-f', applications)).toEqual(
      files(applications).map((file) => `application.argoproj.io/north-${file.replace('.yaml', '')}`),
    );
    // What each of them leads to, as Argo CD applies it.
    for (const file of files(applications)) {
      const [{ spec }] = objectsIn(join(applications, file)) as unknown as [Source];
      expect(take('north', '-f', join(folder, spec.source.path))).not.toEqual([]);
    }
    expect(files(applications)).toContain('passwords.yaml');
    expect(existsSync(join(folder, 'clouds', 'north', 'output', 'secrets'))).toBe(false);
  }, 120_000);

  test('the repository for Flux', () => {
    const folder = repository('flux');
    expect(take(undefined, '-f', join(folder, 'clusters', 'north'))).toEqual([
      'namespace/north',
      'kustomization.kustomize.toolkit.fluxcd.io/north',
      'clustersecretstore.external-secrets.io/openstack',
    ]);
    const [, root] = objectsIn(join(folder, 'clusters', 'north', 'north.yaml')) as unknown as [object, Source];
    const kustomizations = join(folder, root.spec.path);
    expect(take(undefined, '-f', kustomizations)).toHaveLength(files(kustomizations).length);
    for (const file of files(kustomizations)) {
      const [{ spec }] = objectsIn(join(kustomizations, file)) as unknown as [Source];
      expect(take('north', '-f', join(folder, spec.path))).not.toEqual([]);
    }
  }, 120_000);

  const synth = (...args: string[]): string => {
    const folder = folderOf([['.git/HEAD', '']]);
    const cloud = join(ROOT, 'docs', 'gitops', 'flux', 'clouds', 'north', 'cloud.yaml');
    execFileSync(process.execPath, [
      ...[join(project, 'cli', 'main.js'), 'synth', '-c', cloud, '-o', join(folder, 'out'), '-n', 'north'],
      ...['--secrets', 'external', ...args],
    ]);
    return join(folder, 'out');
  };

  test('the chart for Argo CD and for Flux', () => {
    const argocd = synth('--only', 'charts', '--gitops', 'argocd', '--gitops-repo', 'https://git.example.org/a');
    expect(take(undefined, '-f', join(argocd, 'argocd'))).toEqual([
      'externalsecret.external-secrets.io/openstack-passwords',
      'application.argoproj.io/openstack',
    ]);
    const flux = synth('--only', 'charts', '--gitops', 'flux');
    expect(take(undefined, '-f', join(flux, 'flux'))).toEqual([
      'externalsecret.external-secrets.io/openstack-passwords',
      'helmrelease.helm.toolkit.fluxcd.io/openstack',
    ]);
  }, 120_000);

  test('kustomizations, with kubectl', () => {
    const out = synth('--only', 'manifests', '--gitops', 'kustomize');
    const [all, without] = [kubectl('kustomize', join(out, 'manifests')), synth('--only', 'manifests')];
    const ids = (objects: readonly JsonMap[]): string[] =>
      objects.map(({ kind, metadata }) => `${kind as string}/${(metadata as { name: string }).name}`).sort();
    const plain = readdirSync(join(without, 'manifests'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml'))
      .flatMap((path) => objectsIn(join(without, 'manifests', path)));
    const kustomized = loadAll(all) as JsonMap[];
    expect(ids(kustomized)).toEqual(ids(plain));
    for (const { metadata } of kustomized) expect(metadata).toMatchObject({ namespace: 'north' });
    expect(take(undefined, '-k', join(out, 'manifests'))).toHaveLength(plain.length);
    // And nothing else than the namespace differs.
    const bare = ({ metadata, ...object }: JsonMap): JsonMap => {
      const { namespace: _, ...rest } = metadata as JsonMap;
      return { ...object, metadata: rest };
    };
    const sorted = (objects: readonly JsonMap[]) =>
      objects.map(bare).sort((a, b) => (ids([a])[0]! < ids([b])[0]! ? -1 : 1));
    expect(sorted(kustomized)).toEqual(sorted(plain));
  }, 120_000);
});
