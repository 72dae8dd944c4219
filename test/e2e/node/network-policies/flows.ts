// A record of who has sent what to whom: kept by the kernel, so that it costs nothing and nothing is missed.

/** Between pods, or from a pod to the node; of a Service, the pod that kube-proxy has chosen. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** What was tried, and what of that was let through. */
export interface Flows {
  readonly tried: readonly Flow[];
  readonly passed: readonly Flow[];
}

const TABLE = 'inet network-flows';

/** Before and after the rules of policies have seen it. */
const MOMENTS = { tried: 'filter - 10', passed: 'filter + 10' } as const;

/** What `nft -f` takes to record, or to go on with what is recorded already. */
export const recorder = (): string =>
  [
    `table ${TABLE} {`,
    ...Object.entries(MOMENTS).flatMap(([moment, priority]) => [
      `  set ${moment} {`,
      '    type ipv4_addr . ipv4_addr . inet_proto . inet_service',
      '    size 65535',
      '    flags dynamic',
      '  }',
      ...['forward', 'input'].flatMap((hook) => [
        `  chain ${moment}-${hook} {`,
        `    type filter hook ${hook} priority ${priority}; policy accept;`,
        '  }',
      ]),
    ]),
    '}',
    // Sets stay as they are.
    `flush table ${TABLE}`,
    ...Object.keys(MOMENTS).flatMap((moment) =>
      ['forward', 'input'].flatMap((hook) =>
        // Only what opens a connection: the rest of one that the node has forgotten would look like one of its own.
        ['tcp flags & (syn | ack) == syn', 'meta l4proto udp'].map(
          (what) =>
            `add rule ${TABLE} ${moment}-${hook} iif != lo ct state new ${what} ` +
            `add @${moment} { ip saddr . ip daddr . meta l4proto . th dport }`,
        ),
      ),
    ),
    '',
  ].join('\n');

/** Forgets what was recorded. */
export const forget = (): string =>
  Object.keys(MOMENTS)
    .map((moment) => `flush set ${TABLE} ${moment}\n`)
    .join('');

/** The arguments of `nft` for what `flowsOf` reads. */
export const LIST_FLOWS = ['--json', 'list', 'table', ...TABLE.split(' ')];

interface Listed {
  readonly nftables: readonly {
    readonly set?: {
      readonly name: string;
      readonly elem?: readonly (
        { readonly concat: Concat } | { readonly elem: { readonly val: { readonly concat: Concat } } }
      )[];
    };
  }[];
}
type Concat = readonly [string, string, string, number];

export function flowsOf(listed: string): Flows {
  const sets = (JSON.parse(listed) as Listed).nftables.flatMap(({ set }) => (set ? [set] : []));
  const of = (moment: keyof typeof MOMENTS): Flow[] =>
    (sets.find(({ name }) => name === moment)?.elem ?? []).map((element) => {
      const [from, to, protocol, port] = 'concat' in element ? element.concat : element.elem.val.concat;
      return { from, to, protocol: protocol === 'udp' ? 'udp' : 'tcp', port };
    });
  return { tried: of('tried'), passed: of('passed') };
}
