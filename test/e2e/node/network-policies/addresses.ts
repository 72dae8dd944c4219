// Addresses of pods from the moment that they have them.
import { mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Where a container engine keeps what CNI plugins have answered, one file for each network of each pod. */
const RESULTS = '/var/lib/cni/results';

interface Result {
  readonly networkName: string;
  readonly cniArgs: readonly (readonly [string, string])[];
  readonly result: { readonly ips: readonly { readonly address: string }[] };
}

/**
 * kubelet tells the API server a second after a pod's first process has started. Until then the pod would be neither
 * held by policies nor let in by those of others.
 */
export class Addresses {
  private readonly files = new Map<string, { readonly uid: string; readonly ip: string }>();

  /**
   * @param network of CNI that pods are in
   * @param changed is called after some pod has got its address, or gone
   */
  constructor(
    private readonly network: string,
    private readonly changed: () => void,
  ) {
    mkdirSync(RESULTS, { recursive: true });
    watch(RESULTS, () => this.read());
    this.read();
  }

  /** By the uids of pods. */
  get byUid(): ReadonlyMap<string, string> {
    return new Map([...this.files.values()].map(({ uid, ip }) => [uid, ip]));
  }

  private read(): void {
    const names = readdirSync(RESULTS).filter((name) => name.startsWith(`${this.network}-`));
    const gone = [...this.files.keys()].filter((name) => !names.includes(name));
    gone.forEach((name) => this.files.delete(name));
    const come = names.filter((name) => !this.files.has(name) && this.learn(name));
    if (gone.length + come.length > 0) this.changed();
  }

  /** False of a file that is not written to its end; that changes it once more. */
  private learn(name: string): boolean {
    try {
      const { networkName, cniArgs, result } = JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Result;
      const uid = new Map(cniArgs).get('K8S_POD_UID');
      const [ip] = result.ips.map(({ address }) => address.replace(/\/.*/, ''));
      if (networkName !== this.network || uid === undefined || ip === undefined) return false;
      this.files.set(name, { uid, ip });
      return true;
    } catch {
      return false;
    }
  }
}
