import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { GATEWAY, MARIADB, RABBITMQ } from './picks';

/** An operator, or another API that is none of Kubernetes' own, whose objects a chart may write, and where its CRDs are. */
export interface Operator {
  /** The Go module that holds them. Its checksum database vouches for what is downloaded. */
  readonly module: string;
  readonly version: string;
  /** The folder of CRDs in the module, below `config/crd`. Default: `bases`. */
  readonly folder?: string;
  /** What stands before the plural of a kind in the name of its file. */
  readonly group: string;
  /** By the plural of a kind, which of its fields are taken. */
  readonly picks: { readonly [plural: string]: string };
}

/**
 * Every operator, by the name of the file with its types: the newest releases that the Go module proxy gave us, and that
 * the Go of their time can take.
 */
export const operators: { readonly [name: string]: Operator } = {
  gateway: {
    module: 'sigs.k8s.io/gateway-api',
    version: '1.6.3',
    folder: 'standard',
    group: 'gateway.networking.k8s.io',
    picks: GATEWAY,
  },
  mariadb: {
    module: 'github.com/mariadb-operator/mariadb-operator/v25',
    version: '25.10.4',
    group: 'k8s.mariadb.com',
    picks: MARIADB,
  },
  rabbitmq: {
    module: 'github.com/rabbitmq/cluster-operator/v2',
    version: '2.16.0',
    group: 'rabbitmq.com',
    picks: RABBITMQ,
  },
};

/** CRDs of tools whose objects `synth --gitops` and `--secrets external` write, for tests alone. */
export const gitopsTools: { readonly [name: string]: CrdFiles } = {
  argocd: {
    module: 'github.com/argoproj/argo-cd/v3',
    version: '3.6.1',
    files: ['manifests/crds/application-crd.yaml'],
  },
  'external-secrets': {
    module: 'github.com/external-secrets/external-secrets',
    version: '1.3.2',
    files: [
      'config/crds/bases/external-secrets.io_externalsecrets.yaml',
      'config/crds/bases/external-secrets.io_clustersecretstores.yaml',
    ],
  },
  // It carries the manifests of Flux itself, which are in no module.
  flux: {
    module: 'github.com/controlplaneio-fluxcd/flux-operator',
    version: '0.59.0',
    files: ['config/data/flux/v2.9.5/helm-controller.yaml', 'config/data/flux/v2.9.5/kustomize-controller.yaml'],
  },
};

/** Files of a Go module. */
export interface CrdFiles {
  readonly module: string;
  readonly version: string;
  /** Paths in the module. */
  readonly files: readonly string[];
}

/**
 * The CRDs of an operator as YAML, by the plural of their kind. They are kept in `.cache/crds/`.
 *
 * @param root of this working copy
 * @throws where they have to be downloaded and cannot be
 */
export function crdsOf(name: string, root: string): Map<string, string> {
  const { module, version, folder = 'bases', group, picks } = operators[name]!;
  const plurals = Object.keys(picks);
  const files = plurals.map((plural) => `config/crd/${folder}/${group}_${plural}.yaml`);
  const texts = crdFiles(name, { module, version, files }, root);
  return new Map(plurals.map((plural, i) => [plural, texts[i]!]));
}

/** The CRDs in files of a module, as YAML; kept and refused as `crdsOf` does. */
export function crdFiles(name: string, { module, version, files }: CrdFiles, root: string): string[] {
  const folder = join(root, '.cache', 'crds', `${name}-${version}`);
  const kept = (file: string): string => join(folder, basename(file));
  if (!files.every((file) => existsSync(kept(file)))) {
    const target = `${module}@v${version}`;
    const paths = new Set(files.map((file) => `${target}/${file}`));
    const found = unzipSync(readFileSync(download(target)), { filter: ({ name }) => paths.has(name) });
    mkdirSync(folder, { recursive: true });
    for (const file of files) {
      const text = found[`${target}/${file}`];
      if (!text) throw new Error(`${target} has no ${file}`);
      // Written beside its place and moved there, so that nobody ever reads half of it.
      const partial = `${kept(file)}.${process.pid}`;
      writeFileSync(partial, text);
      renameSync(partial, kept(file));
    }
  }
  return files.flatMap((file) =>
    readFileSync(kept(file), 'utf8')
      .split(/^---\n/m)
      .filter((text) => /^kind: CustomResourceDefinition$/m.test(text)),
  );
}

/** Downloads a Go module; the archive that holds it. What is in it may need a newer Go than is here: it is only read. */
function download(target: string): string {
  const title = `go mod download ${target}`;
  // Not in the working copy: no go.work or go.mod above it must matter.
  const { error, stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', target], {
    cwd: tmpdir(),
    env: { ...process.env, GOWORK: 'off' },
    encoding: 'utf8',
  });
  if (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Error(`${title}: ${isMissing ? 'go is not installed' : error.message}`);
  }
  const { Zip: zip, Error: problem } = (stdout.startsWith('{') ? JSON.parse(stdout) : {}) as {
    readonly Zip?: string;
    readonly Error?: string;
  };
  if (zip === undefined) throw new Error(`${title}: ${problem ?? stderr.trim()}`);
  return zip;
}
