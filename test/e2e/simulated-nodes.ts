// Nodes of which only the API knows: kwok answers for their kubelets, and says that their pods run.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { tool } from '../../tools/toolchain';
import { until } from '../support/until';
import type { Kubernetes, KubeObjectOf } from './kubernetes';

const KIND = 'type=kwok';

/** What kwok does, and when. */
const STAGES = join(__dirname, 'simulated-nodes.yaml');

type Node = KubeObjectOf<
  Record<string, unknown>,
  { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
>;

export class SimulatedNodes {
  private constructor(
    private readonly kubernetes: Kubernetes,
    private readonly kwok: ChildProcess,
  ) {}

  /**
   * Adds nodes and waits until the API has all of them ready. They are there until `remove`.
   *
   * @param labels of each node, by its name
   */
  static async add(
    kubernetes: Kubernetes,
    labels: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): Promise<SimulatedNodes> {
    await removeNodes(kubernetes);
    const args = [
      ...['--kubeconfig', kubernetes.kubeconfig, '--config', STAGES, '--node-lease-duration-seconds=40'],
      ...['--manage-all-nodes=false', `--manage-nodes-with-label-selector=${KIND}`],
    ];
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', tool('kwok'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
    const ended = new Promise<never>((_, failed) =>
      child.once('exit', () => failed(new Error(`kwok has ended: ${said}`))),
    );
    ended.catch(() => {});
    const nodes = new SimulatedNodes(kubernetes, child);
    const names = Object.keys(labels);
    const [type, kwok] = KIND.split('=') as [string, string];
    try {
      const objects = names.map((name) => ({
        ...{ apiVersion: 'v1', kind: 'Node' },
        metadata: { name, labels: { [type]: kwok, 'kubernetes.io/hostname': name, ...labels[name] } },
        status: { allocatable: SIZE, capacity: SIZE },
      }));
      await kubernetes.kubectl(['create', '--filename=-'], {
        input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
        seconds: 300,
      });
      const isReady = ({ status }: Node) =>
        status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
      const ready = until(`${names.length} simulated nodes are ready`, 240, async () => {
        const found = await kubernetes.list<Node>('default', 'nodes', `--selector=${KIND}`);
        return found.filter(isReady).length === names.length || false;
      });
      await Promise.race([ready, ended]);
    } catch (error) {
      await nodes.remove();
      throw error;
    }
    return nodes;
  }

  async remove(): Promise<void> {
    await removeNodes(this.kubernetes);
    this.kwok.kill('SIGKILL');
  }
}

const SIZE = { cpu: '32', memory: '256Gi', pods: '110' };

/** In one request, which takes less than a second for each hundred. */
async function removeNodes(kubernetes: Kubernetes): Promise<void> {
  const path = `/api/v1/nodes?labelSelector=${encodeURIComponent(KIND)}`;
  await kubernetes.kubectl(['delete', `--raw=${path}`], { seconds: 300 });
}
