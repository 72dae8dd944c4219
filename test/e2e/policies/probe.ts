// Pods that try to connect, and what becomes of it.
import type { OpenStack } from '../openstack';

/** `through` also where nobody listens there: it was told so by the other end. */
export type Fate = 'through' | 'cut';

/** Each target is `host:port`. Nothing is sent. Whoever is not answered in that time is cut off. */
const PROGRAM = `
import concurrent.futures, json, socket, sys
def fate(target):
    host, port = target.rsplit(':', 1)
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
    except ConnectionRefusedError:
        return 'through'
    except socket.gaierror:
        # Whoever does not find its target has tried nothing.
        raise
    except OSError:
        return 'cut'
    return 'through'
targets = sys.argv[1:]
with concurrent.futures.ThreadPoolExecutor(len(targets)) as pool:
    print(json.dumps(dict(zip(targets, pool.map(fate, targets)))))
`;

/** What becomes of connections that a container tries; its image needs Python. */
export async function tries(
  { kubernetes }: OpenStack,
  namespace: string,
  [pod, container]: readonly [string, string],
  targets: readonly string[],
): Promise<Readonly<Record<string, Fate>>> {
  const at = ['exec', '--namespace', namespace, pod, '--container', container, '--'];
  return JSON.parse(await kubernetes.kubectl([...at, 'python3', '-c', PROGRAM, ...targets])) as Record<string, Fate>;
}

/** A pod that does nothing until it is told to. */
export const idle = (name: string, image: string, labels: Readonly<Record<string, string>>): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 42425, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'idle',
        image,
        command: ['sleep', 'infinity'],
        resources: { requests: { cpu: '10m', memory: '16Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});
