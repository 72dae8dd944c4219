import type { IniFile } from '../../lib/config';
import { HttpComponent, egressToNodes } from '../../lib/openstack';
import type { Bootstrap, Service, ServiceConnection } from '../../lib/openstack';
import { CONSOLES, consoleAddress, isConsole } from './config';
import type { Cell } from './cells';
import type { novaValues } from './values';

/** The consoles of servers: on computes, which are on the network of their nodes, where no selector of pods finds them. */
const servers: ServiceConnection = {
  description: 'consoles of servers',
  egress: egressToNodes({ protocol: 'TCP', port: 5900, endPort: 65535 }),
};

export interface ConsoleProps {
  readonly conf: IniFile<'nova/nova.conf'>;
  /** What a proxy asks whether a user may see the console. */
  readonly connectsTo: readonly ServiceConnection[];
  readonly bootstrap: Bootstrap;
  /** Whose consoles they are. Default: those of cell1. */
  readonly cell?: Cell;
}

/** The proxy through which users reach the consoles of servers: that of the type which the values say. */
export function addConsoles(nova: Service<typeof novaValues>, props: ConsoleProps): void {
  const { conf, connectsTo, bootstrap, cell } = props;
  const { console } = nova.values;
  for (const type of ['novnc', 'spice', 'serial'] as const) {
    const { component, port, page } = CONSOLES[type];
    const test = isConsole(nova, type);
    // The proxy for serial lines has no page.
    const check = type === 'serial' ? { tcpSocket: { port: 'http' } } : { httpGet: { path: page, port: 'http' } };
    new HttpComponent(nova, cell ? `cell-${component}` : component, {
      image: `nova-${component}`,
      user: 'nova',
      command: [`nova-${component}`],
      values: { ...console, public: consoleAddress(nova, type, cell) },
      ...(cell && { instance: cell.instance }),
      port,
      test,
      probes: {
        startupProbe: { ...check, periodSeconds: 2, timeoutSeconds: 10, failureThreshold: 90 },
        readinessProbe: { ...check, periodSeconds: 10, timeoutSeconds: 10 },
        livenessProbe: { ...check, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
      },
      files: [conf],
      connectsTo: [...connectsTo, servers],
    }).after(bootstrap);
  }
}
