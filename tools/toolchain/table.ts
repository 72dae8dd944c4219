import { kubernetesTools } from './kubernetes';

/** How one program is found or made. Ways that are not given are not tried. */
export interface Tool {
  /** Environment variables that may name it; the program each names must serve. */
  readonly env: readonly string[];
  /** Environment variables shared with other tools: one that names a program that does not serve is passed over. */
  readonly sharedEnv?: readonly string[];
  /** The name of the program, on PATH and in the cache. */
  readonly program: string;
  /** The pinned version, which is made when none is found. */
  readonly version: string;
  /** Arguments that make the program print its version, and what the output must match for the program to serve. */
  readonly probe: { readonly args: readonly string[]; readonly accepts: RegExp | ((output: string) => boolean) };
  readonly go?: GoPackage;
  readonly release?: Release;
  readonly npm?: NpmPackage;
}

export interface GoPackage {
  readonly package: string;
  readonly ldflags?: string;
  readonly tags?: string;
  /** Without any C library, for an image that has none. What has a `module` is so anyway. */
  readonly static?: boolean;
  /**
   * The package's module, where `go install` refuses it because it replaces other modules. It is then built as the
   * dependency of a module of its own, in which its replacements do not count.
   */
  readonly module?: string;
  /** The version under which the folders are published that the module replaces others by. */
  readonly siblings?: string;
}

/** What the program's own project publishes: an archive (tar, gzip), or the program itself. */
export interface Release {
  /** Where the project publishes, and the environment variable that names a mirror instead. */
  readonly base: string;
  readonly baseEnv: string;
  /** The archive's path below the base. */
  readonly path: (platform: string, arch: string) => string;
  /** The program's path in the archive. Without it, what is published is the program. */
  readonly member?: (platform: string, arch: string) => string;
  /** Where its sha256 stands: in a file of its own, by the ending of its name, or in one for all files beside it. */
  readonly checksum: `.${string}` | 'SHA256SUMS';
  /**
   * The archive's sha256 by `platform-arch`. It alone shows that a mirror or the project's own server hands out what
   * was handed out when this line was written; the published file beside the archive shows no more than that the
   * transfer was whole, and serves where no line is given.
   */
  readonly sha256?: Readonly<Record<string, string>>;
}

/** An npm package that carries the program, without install scripts. */
export interface NpmPackage {
  readonly package: (platform: string, arch: string) => string;
  readonly member: string;
}

/**
 * The charts must work with both majors. A Helm built by `go install` gets what Helm's own Makefile sets: its full
 * version, and the Kubernetes version that it renders for (Helm 3 would say v1.20.0 otherwise, and refuse charts
 * with a `kubeVersion`).
 */
function helm(major: 3 | 4, version: string, ldflags: string, sha256?: Record<string, string>): Tool {
  const module = `helm.sh/helm/v${major}`;
  return {
    env: [`HELM${major}`],
    sharedEnv: ['HELM'],
    program: 'helm',
    version,
    probe: { args: ['version', '--template', '{{.Version}}'], accepts: new RegExp(`^v${major}\\.`) },
    go: {
      package: `${module}/cmd/helm`,
      ldflags: `-s -w -X ${module}/internal/version.version=v${version} ${ldflags}`,
    },
    release: {
      base: 'https://get.helm.sh',
      baseEnv: 'HELM_DOWNLOAD_URL',
      path: (platform, arch) => `helm-v${version}-${platform}-${arch}.tar.gz`,
      member: (platform, arch) => `${platform}-${arch}/helm`,
      checksum: '.sha256sum',
      sha256,
    },
  };
}

/** Helm 3.22 is built with k8s.io/client-go 0.37. */
const kubernetesOfHelm3 = ['Major=1', 'Minor=37'].map(
  (version) => `-X helm.sh/helm/v3/pkg/chartutil.k8sVersion${version}`,
);

/** Every program the tests need, by the name they ask for. */
export const tools: Readonly<Record<string, Tool>> = {
  // The sums stand in the notes of https://github.com/helm/helm/releases/tag/v3.22.0.
  helm3: helm(3, '3.22.0', kubernetesOfHelm3.join(' '), {
    'darwin-amd64': 'bd1d09f316558dda23698527859600936fed1371021ce0f2272d66b2fdcfa69c',
    'darwin-arm64': '4c9982a6cdeb458b60258df66b55398ca5b19293f6877faffe2909ad6f23dfe0',
    'linux-amd64': '1e4ab49e429626cf6c6958d914248b78c9730803c2751b87627e171dc800e7bb',
    'linux-arm64': 'f14e804dfee240f55525b667488fe9adca349e63e00c9af634c0beb1421ac310',
  }),

  // No sums: they could not be looked up when this was written. Copy them from the notes of the release.
  helm4: helm(4, '4.3.1', ''),

  registry: {
    env: ['REGISTRY'],
    program: 'registry',
    version: '3.1.2',
    // Another project's program of the same name would not say this.
    probe: { args: ['--version'], accepts: /distribution\/distribution\/v3/ },
    go: { package: 'github.com/distribution/distribution/v3/cmd/registry', ldflags: '-s -w' },
    release: {
      base: 'https://github.com/distribution/distribution/releases/download',
      baseEnv: 'REGISTRY_DOWNLOAD_URL',
      path: (platform, arch) => `v3.1.2/registry_3.1.2_${platform}_${arch}.tar.gz`,
      member: () => 'registry',
      checksum: '.sha256',
      // The sums stand in the Dockerfile of the official image `registry:3.1.2`.
      sha256: {
        'linux-amd64': '40df2224d410f72ae425c3371873b078bbdbda3b8b612be9571f0e6751f3acc8',
        'linux-arm64': '09d26f88d2c0f161bd1b8bfc6c123571cc3d291dcca8af5477b3cacc4ec95e73',
      },
    },
  },

  // An S3 store over a folder, which checks signatures.
  versitygw: {
    env: ['VERSITYGW'],
    program: 'versitygw',
    version: '1.0.14',
    probe: { args: ['--version'], accepts: /^Version\s*:/m },
    go: { package: 'github.com/versity/versitygw/cmd/versitygw', ldflags: '-s -w' },
  },

  ...kubernetesTools,

  // A Node of a later major than the one that asks.
  'node-next': {
    env: ['NODE_NEXT'],
    program: 'node',
    version: '26.10.0',
    probe: { args: ['--version'], accepts: (output) => majorOf(output) > majorOf(process.version) },
    npm: {
      package: (platform, arch) => `node-${platform === 'darwin' && arch === 'arm64' ? 'bin-' : ''}${platform}-${arch}`,
      member: 'bin/node',
    },
  },
};

function majorOf(version: string): number {
  return Number(/^v(\d+)\./.exec(version.trim())?.[1] ?? 0);
}
