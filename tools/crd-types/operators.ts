import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
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
    version: '3.2.1',
    files: ['manifests/crds/application-crd.yaml'],
  },
  'external-secrets': {
    module: 'github.com/external-secrets/external-secrets',
    version: '1.1.0',
    files: [
      'config/crds/bases/external-secrets.io_externalsecrets.yaml',
      'config/crds/bases/external-secrets.io_clustersecretstores.yaml',
    ],
  },
  'helm-controller': {
    module: 'github.com/fluxcd/helm-controller',
    version: '1.4.4',
    files: ['config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml'],
  },
  'kustomize-controller': {
    module: 'github.com/fluxcd/kustomize-controller',
    version: '1.7.3',
    files: ['config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'],
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

/** Files with CRDs, as YAML; kept and refused as `crdsOf` does. */
export function crdFiles(name: string, { module, version, files }: CrdFiles, root: string): string[] {
  const folder = join(root, '.cache', 'crds', `${name}-${version}`);
  const kept = (file: string): string => join(folder, basename(file));
  if (!files.every((file) => existsSync(kept(file)))) {
    const source = download(`${module}@v${version}`);
    mkdirSync(folder, { recursive: true });
    for (const file of files) {
      // Copied beside its place and moved there, so that nobody ever reads half of it.
      const partial = `${kept(file)}.${process.pid}`;
      rmSync(partial, { force: true });
      copyFileSync(join(source, file), partial);
      renameSync(partial, kept(file));
    }
  }
  return files.map((file) => readFileSync(kept(file), 'utf8'));
}

/** Downloads a Go module; the folder that holds it. */
function download(target: string): string {
  const title = `go mod download ${target}`;
  try {
    // Not in the working copy: no go.work or go.mod above it must matter.
    const said = execFileSync('go', ['mod', 'download', '-json', target], {
      cwd: tmpdir(),
      env: { ...process.env, GOWORK: 'off' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return (JSON.parse(said) as { Dir: string }).Dir;
  } catch (error) {
    const { code, stdout, stderr } = error as NodeJS.ErrnoException & { stdout?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${title}: go is not installed`);
    throw new Error(`${title}: ${(stdout || stderr || String(error)).trim()}`);
  }
}
