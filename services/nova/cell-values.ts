import { z } from 'zod';
import { baseUrl, cidr, count, host, identifier, poolName, port } from '../../lib/values/types';
import type { Handles } from '../../lib/values';

const cidrs = (of: string) =>
  z.array(cidr()).optional().describe(`Addresses of the ${of}, for network policies. Empty: any.`);

const cell = z.strictObject({
  database: z
    .strictObject({
      host: host().describe('Address of its database server, or of what balances it.'),
      port: port().optional().describe('Default: 3306.'),
      name: identifier().optional().describe('Name of the database, which is there already. Default: nova.'),
      cidrs: cidrs('server'),
    })
    .describe('Its database.'),
  messaging: z
    .strictObject({
      hosts: z.array(host()).min(1).describe('Addresses of its brokers.'),
      port: port().optional().describe('Default: 5672.'),
      cidrs: cidrs('brokers'),
    })
    .describe('Its message broker.'),
  conductorReplicas: count().optional().describe('Number of its conductors. Default: `conductor.replicas`.'),
  conductorWorkers: z.int().min(1).max(100).optional().describe('Processes of each. Default: `conductor.workers`.'),
  consoleHost: host().optional().describe('As `console.public.host`, of its console proxy.'),
  consoleNodePort: port().optional().describe('As `console.public.nodePort`, of its console proxy.'),
  consoleUrl: baseUrl({ webSocket: true }).optional().describe('As `console.public.url`, of its console proxy.'),
});

/** The values declaration of cells. */
export const cellValues = () =>
  z
    .record(poolName(), cell)
    .default({})
    .describe(
      'More cells by name, besides cell1, which is in `global.database` and `global.messaging`. Each has a database and a\n' +
        'broker of its own, outside of what the charts run. The user of the database is `nova`, that of the broker\n' +
        '`global.messaging.user`; passwords and TLS are those of cell1: a cell has none of its own.',
    );

/** The handles of a cell. */
export type CellEntry = Handles<z.output<typeof cell>>;
