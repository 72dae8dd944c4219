// The addresses of a node, and the one cable between it and this machine.
import { run, succeeds } from './command';
import type { Holder } from './holder';

export interface Addresses {
  readonly node: string;
  /** This machine's own on the cable to the node. */
  readonly machine: string;
  /** Of the cable, of Services and of pods: what this machine sends to the node. */
  readonly ranges: { readonly cable: string; readonly services: string; readonly pods: string };
  /** Of the node's pods, a part of `ranges.pods`. */
  readonly nodePods: string;
  /** Of the Services that every cluster has. */
  readonly api: string;
  readonly dns: string;
  /** For a Service by which this machine reaches what runs there. */
  readonly entry: string;
}

/** So many nodes may be on one machine at the same time, each a cluster of its own. */
const PLACES = 8;

export const addressesAt = (place: number): Addresses => ({
  node: `172.31.${77 + place}.1`,
  machine: `172.31.${77 + place}.2`,
  ranges: {
    cable: `172.31.${77 + place}.0/30`,
    services: `10.${96 + place}.0.0/16`,
    pods: `10.${244 - place}.0.0/16`,
  },
  nodePods: `10.${244 - place}.1.0/24`,
  api: `10.${96 + place}.0.1`,
  dns: `10.${96 + place}.0.10`,
  entry: `10.${96 + place}.0.11`,
});

/** A place whose addresses this machine does not reach otherwise. @throws where there is none, with what is in the way */
export async function freePlace(): Promise<number> {
  const found: string[] = [];
  for (let place = 0; place < PLACES; place += 1) {
    const [obstacle] = await obstacles(place, '');
    if (obstacle === undefined) return place;
    found.push(`  - ${obstacle}`);
  }
  throw new Error(
    [`no addresses are free for a Kubernetes node; this machine has routes to all that it could take:`, ...found]
      .concat('End a node that is not needed any more, or remove the routes.')
      .join('\n'),
  );
}

/** What of this machine's routes, but for those over an interface, leads to addresses of a place. */
async function obstacles(place: number, except: string): Promise<string[]> {
  const text = await run(['ip', '-json', '-4', 'route', 'show', 'table', 'all']);
  const routes = JSON.parse(text) as { dst: string; dev?: string }[];
  return Object.values(addressesAt(place).ranges).flatMap((range) =>
    routes
      .filter(({ dst, dev }) => /^\d/.test(dst) && dev !== except && overlap(dst, range))
      .map(({ dst, dev = 'no interface' }) => `${range} overlaps with the route to ${dst} over ${dev}`),
  );
}

function overlap(one: string, other: string): boolean {
  const [[a, alength], [b, blength]] = [parsed(one), parsed(other)];
  const size = 2 ** (32 - Math.min(alength, blength));
  return Math.floor(a / size) === Math.floor(b / size);
}

function parsed(range: string): [number, number] {
  const [address = '', length = '32'] = range.split('/');
  return [address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0), Number(length)];
}

/**
 * Connects a node with this machine, which then reaches the node, its Services and its pods. Nothing else of the
 * machine's network changes, and from the node nothing beyond this machine is reached. Does nothing where that is so.
 *
 * @param cable the name of the interface on this machine
 * @throws where the addresses are in use, or no interface can be made
 */
export async function connect(holder: Holder, cable: string, place: number): Promise<void> {
  const { node, machine, ranges } = addressesAt(place);
  const found = await obstacles(place, cable);
  if (found.length > 0)
    throw new Error(`the node's addresses are in use on this machine: ${found.join('; ')}. Remove these routes.`);
  const inside = (...command: readonly string[]): Promise<string> => run(holder.inNetwork(['ip', ...command]));

  if (!(await succeeds(holder.inNetwork(['ip', 'link', 'show', 'machine'])))) {
    await disconnect(cable);
    try {
      await run(['ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'machine', 'netns', String(holder.pid)]);
    } catch (error) {
      throw new Error(`no network interface to the node can be made (it takes CAP_NET_ADMIN): ${String(error)}`);
    }
  }
  await inside('address', 'replace', `${node}/30`, 'dev', 'machine');
  await inside('link', 'set', 'machine', 'up');
  // What is sent to a Service from the node itself has to be routed somewhere before it is sent to a pod instead.
  await inside('route', 'replace', ranges.services, 'dev', 'lo', 'src', node);
  await inside('route', 'replace', 'unreachable', 'default');
  await run(['ip', 'address', 'replace', `${machine}/30`, 'dev', cable]);
  await run(['ip', 'link', 'set', cable, 'up']);
  for (const range of [ranges.services, ranges.pods]) {
    await run(['ip', 'route', 'replace', range, 'via', node, 'dev', cable, 'src', machine]);
  }
}

/** Takes the interface away, and with it its routes; it goes by itself when the node does, but a moment later. */
export async function disconnect(cable: string): Promise<void> {
  const isThere = (): Promise<boolean> => succeeds(['ip', 'link', 'show', cable]);
  if (!(await isThere())) return;
  const removed = await succeeds(['ip', 'link', 'delete', cable]);
  if (!removed && (await isThere())) throw new Error(`the network interface ${cable} can't be removed`);
}
