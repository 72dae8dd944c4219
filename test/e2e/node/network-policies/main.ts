// Enforces the NetworkPolicies of a cluster of one node: main.ts KUBECONFIG, in the node's network.
//
// It is our own, for those that clusters have can't be had everywhere where this runs: kube-network-policies takes a
// kernel with CONFIG_NFT_QUEUE, and neither it nor kube-router is on every mirror of Go modules. The scenario `policies`
// reads policies with code of its own, so that this does not judge itself.
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../command';
import { POD_NETWORK } from '../config';
import { Addresses } from './addresses';
import { namespaceOf, podOf, policyOf, withAddresses, type PodOnNetwork } from './cluster';
import { recorder } from './flows';
import { rulesOf } from './rules';
import { ApiServer, Watched } from './watch';

/** Milliseconds in which changes are collected: one of a Deployment brings several. */
const PAUSE = 30;

const nft = (input: string): Promise<string> => run(['nft', '--file', '-'], { input });

/** Who had an address, for those who read the record of flows later. */
function tell(pods: readonly PodOnNetwork[], told: Map<string, string>): void {
  for (const { ip, namespace, name, labels } of pods) {
    const line = JSON.stringify({ ip, namespace, name, labels });
    if (told.get(ip) !== line) console.log(line);
    told.set(ip, line);
  }
}

async function enforce(kubeconfig: string): Promise<void> {
  const server = new ApiServer(kubeconfig);
  let [isDue, wake] = [true, (): void => {}];
  const changed = (): void => {
    isDue = true;
    wake();
  };
  const pods = new Watched(server, '/api/v1/pods', podOf, changed);
  const namespaces = new Watched(server, '/api/v1/namespaces', namespaceOf, changed);
  const policies = new Watched(server, '/apis/networking.k8s.io/v1/networkpolicies', policyOf, changed);
  for (const watched of [pods, namespaces, policies]) void watched.follow();
  const addresses = new Addresses(POD_NETWORK, changed);
  await nft(recorder());
  const told = new Map<string, string>();
  let last = '';
  for (;;) {
    if (!isDue) await new Promise<void>((resolve) => (wake = resolve));
    await sleep(PAUSE);
    isDue = false;
    // Half of a cluster would let through what the other half forbids.
    if (!pods.kept || !namespaces.kept || !policies.kept) continue;
    const known = withAddresses(pods.kept, addresses.byUid);
    tell(known, told);
    const rules = rulesOf({ pods: known, namespaces: new Map(namespaces.kept), policies: policies.kept });
    if (rules === last) continue;
    try {
      await nft(rules);
      last = rules;
    } catch (error) {
      console.error(`${String(error)}\n${rules}`);
      isDue = true;
      await sleep(1000);
    }
  }
}

void enforce(process.argv[2]!);
