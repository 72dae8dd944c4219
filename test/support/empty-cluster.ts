import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import type { ParsedObject } from './objects';

/** A Kubernetes API that knows some kinds, holds no object and takes none. */
export interface EmptyCluster {
  /** The content of a kubeconfig that leads to it. */
  readonly kubeconfig: string;
  /** What it was asked, as `GET /version`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/**
 * Serves as much of a Kubernetes API as `helm install --dry-run=client` of Helm 3 needs: it asks for the version and
 * for the kinds of all objects, which Helm 4 does not any more.
 *
 * @param objects the objects of the chart, whose kinds the API is to know
 */
export async function emptyCluster(objects: readonly ParsedObject[]): Promise<EmptyCluster> {
  const answers = discovery(objects);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    requests.push(`${request.method} ${path}`);
    const answer = request.method === 'GET' ? answers.get(path) : undefined;
    response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }),
    );
  });
  const port = await listen(server);
  return {
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'empty', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [{ name: 'empty', context: { cluster: 'empty', user: 'nobody' } }],
      'current-context': 'empty',
    }),
    requests,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Has a server listen on a free port of the loopback interface, and returns the port. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** The answers to `/version`, `/api`, `/apis` and to each group's version, by path. */
function discovery(objects: readonly ParsedObject[]): Map<string, unknown> {
  const kinds = new Map<string, Set<string>>();
  for (const { apiVersion, kind } of objects) {
    const version = String(apiVersion);
    kinds.set(version, (kinds.get(version) ?? new Set()).add(String(kind)));
  }
  const groups = [...kinds.keys()]
    .filter((version) => version.includes('/'))
    .map((groupVersion) => {
      const [name, version] = groupVersion.split('/');
      return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
    });
  const answers = new Map<string, unknown>([
    ['/version', { major: '1', minor: '37', gitVersion: 'v1.37.0' }],
    ['/api', { kind: 'APIVersions', versions: ['v1'] }],
    ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups }],
  ]);
  for (const [groupVersion, names] of kinds.set('v1', kinds.get('v1') ?? new Set())) {
    answers.set(`/${groupVersion.includes('/') ? 'apis' : 'api'}/${groupVersion}`, {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion,
      resources: [...names].map((kind) => ({
        name: `${kind.toLowerCase()}s`,
        kind,
        namespaced: true,
        verbs: ['get', 'create'],
      })),
    });
  }
  return answers;
}
