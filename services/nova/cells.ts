import { IniFile, TextFile } from '../../lib/config';
import { Bootstrap, WorkerComponent, egressToAddresses, global } from '../../lib/openstack';
import type { Instance, Service, ServiceConnection } from '../../lib/openstack';
import { Value, any, choose, each, eachEntry, isSet, json, named, not, when } from '../../lib/values';
import { Round, roundsOf, textFor } from '../../lib/values/rounds';
import { hasKey } from '../../lib/values/value';
import type { CellEntry } from './cell-values';
import {
  ControlParts,
  CONSOLES,
  CellParts,
  STOP_SECONDS,
  consoleAddress,
  consolePage,
  controlSections,
} from './config';
import { addConsoles } from './consoles';
import type { novaValues } from './values';

/** The one that is always there, in the cloud's own database and broker. */
const FIRST = 'cell1';

/** A cell besides cell1, as constructs of a round see it. */
export interface Cell {
  readonly instance: Instance;
  readonly entry: CellEntry;
}

export interface CellProps {
  readonly bootstrap: Bootstrap;
  /** What all conductors talk to, but for databases of cells and brokers. */
  readonly shared: readonly ServiceConnection[];
  /** The database of the API, where the bootstrap leaves its marker. */
  readonly apiDatabase: ServiceConnection;
}

/** The cells of the values, besides cell1. Each has a database, a broker, conductors and a console proxy of its own. */
export class Cells {
  /** What the API, the schedulers and the conductors above all cells talk to. */
  readonly databases: ServiceConnection;
  readonly brokers: ServiceConnection;
  /** What programs of ours read of them. */
  readonly file: TextFile;
  private readonly round: Round<CellValues>;
  private readonly cell: Cell;

  constructor(private readonly nova: Service<typeof novaValues>) {
    const { cells } = nova.values;
    this.round = roundsOf('cell', cells);
    const { key, entry } = this.round;
    this.cell = { instance: { name: key, label: { 'nova-cell': `${key}` } }, entry };
    this.databases = {
      description: 'databases of cells',
      egress: eachEntry(cells, (_, { database }) => egressToAddresses(database.cidrs, portOf(database))),
    };
    this.brokers = {
      description: 'message brokers of cells',
      egress: eachEntry(cells, (_, { messaging }) => egressToAddresses(messaging.cidrs, brokerPortOf(messaging))),
    };
    this.file = new TextFile(nova, 'cells.json', { path: '/etc/nova/cells.json', template: { text: this.json() } });
    this.check();
  }

  private json(): string {
    const entries = eachEntry(
      this.nova.values.cells,
      (name, { database, messaging }) => {
        const brokers = each(messaging.hosts, (host) => `${json(`${host}:${brokerPortOf(messaging)}`)}`, ', ');
        return `\n  ${json(name)}: {"database": ${json(placeOf(database))}, "brokers": [${brokers}]}`;
      },
      ',',
    );
    return `{${entries}\n}\n`;
  }

  private check(): void {
    const { cells, pools } = this.nova.values;
    const taken = eachEntry(cells, (name) => `${choose(any(name.is('cell0'), name.is(FIRST)), name, '')}`);
    this.nova.require(
      not(isSet(named('cells.taken', `${taken}`))),
      ['cells'],
      'names cell0 or cell1, which are there without it, in global.database and global.messaging; give the cell another name',
    );
    const unknown = eachEntry(pools, (_, { cell }) => {
      const name = cell.or(FIRST);
      return `${choose(any(name.is(FIRST), hasKey(cells, name)), '', name)}`;
    });
    this.nova.require(
      not(isSet(named('pools.unknown-cell', `${unknown}`))),
      ['pools'],
      'names a cell that cells does not have; add it there, or leave `cell` out for cell1',
    );
  }

  /** What differs in the config of a cell's own services. */
  private ownParts(parts: ControlParts): CellParts {
    const { messaging } = this.cell.entry;
    return {
      transportUrl: `${named('cell.transport-url', parts.messaging.urlAt(messaging.hosts, brokerPortOf(messaging)))}`,
      consoleUrl: (type) => `${consoleAddress(this.nova, type, this.cell).url}${CONSOLES[type].page}`,
    };
  }

  /** What differs in the config of the computes of a pool. */
  ofPool(parts: ControlParts, pool: Value<string>) {
    const name = pool.or(FIRST);
    const further = hasKey(this.nova.values.cells, name);
    const own = this.ownParts(parts);
    const { messaging } = this.cell.entry;
    const either = (what: string, ofCell: string, otherwise: string): Value<string> =>
      named(`pool.${what}`, `${when(further, textFor(this.round, name, ofCell), otherwise)}`);
    return {
      further,
      transportUrl: `${either('transport-url', own.transportUrl, parts.messaging.url)}`,
      brokerPort: either('broker-port', `${brokerPortOf(messaging)}`, `${global.messaging.port}`),
      consoleUrl: (type: keyof typeof CONSOLES) =>
        `${either(`${type}-url`, own.consoleUrl(type), consolePage(this.nova, type))}`,
    };
  }

  /** The conductors and the console proxy of each. */
  add(parts: ControlParts, { bootstrap, shared, apiDatabase }: CellProps): void {
    const { nova, cell } = this;
    const { values } = nova;
    const { entry, instance } = cell;
    const { database, messaging } = parts;
    nova.repeat(this.round.loop, () => {
      const own = this.ownParts(parts);
      const url = database.urlAt(placeOf(entry.database));
      const sections = controlSections(parts, own);
      const conf = new IniFile<'nova/nova.conf'>(nova, 'nova-cell.conf', {
        path: '/etc/nova/nova.conf',
        suffix: instance.name,
        overrides: values.conf['nova.conf'],
        sections: {
          ...sections,
          conductor: { workers: entry.conductorWorkers.or(values.conductor.workers) },
          database: { ...sections.database, connection: url },
        },
      });
      const broker: ServiceConnection = {
        description: 'message broker of the cell',
        parts: messaging.parts,
        egress: egressToAddresses(entry.messaging.cidrs, brokerPortOf(entry.messaging)),
      };
      const notifications: ServiceConnection = {
        description: messaging.description,
        clientLabels: messaging.clientLabels,
        egress: messaging.egress,
        test: values.notifications.enabled,
      };
      const ownDatabase: ServiceConnection = {
        description: 'database of the cell',
        files: database.files,
        parts: database.parts,
        egress: egressToAddresses(entry.database.cidrs, portOf(entry.database)),
      };
      new WorkerComponent(nova, 'cell-conductor', {
        image: 'nova-conductor',
        user: 'nova',
        command: ['nova-conductor'],
        instance,
        values: { ...values.conductor, replicas: entry.conductorReplicas.or(values.conductor.replicas) },
        connectedTo: brokerPortOf(entry.messaging),
        stopSeconds: STOP_SECONDS + 10,
        files: [conf],
        connectsTo: [ownDatabase, apiDatabase, broker, notifications, ...shared],
      }).after(bootstrap);
      addConsoles(nova, { conf, connectsTo: [ownDatabase, apiDatabase, broker], bootstrap, cell });
    });
  }
}

type CellValues =
  (typeof novaValues)['handles']['cells'] extends Value<infer R>
    ? R extends Readonly<Record<string, infer C>>
      ? C
      : never
    : never;

const portOf = ({ port }: CellEntry['database']): Value<number> => port.or(3306);
const brokerPortOf = ({ port }: CellEntry['messaging']): Value<number> => port.or(5672);
const placeOf = (database: CellEntry['database']): string =>
  `${database.host}:${portOf(database)}/${database.name.or('nova')}`;
