import { join } from 'node:path';
import type { IniFile } from '../../lib/config';
import { Operation, SOURCE, serviceApi } from '../../lib/openstack';
import type { Bootstrap, Service, ServiceConnection } from '../../lib/openstack';
import type { novaValues } from './values';

const CONF = '--config-file=/etc/nova/nova.conf';

export interface OperationsProps {
  readonly conf: IniFile<'nova/nova.conf'>;
  readonly bootstrap: Bootstrap;
  readonly databases: readonly ServiceConnection[];
  readonly identity: ServiceConnection;
}

/** What is done once in a while. */
export function addOperations(nova: Service<typeof novaValues>, props: OperationsProps): void {
  const { bootstrap, databases, identity } = props;
  const { archive, bootstrap: values } = nova.values;
  bootstrap.operation('discover-hosts', ['nova-manage', 'cell_v2', 'discover_hosts', '--by-service', '--verbose']);

  const common = { image: 'nova-api', user: 'nova', values, files: [props.conf] } as const;
  const script = (name: string) => join(__dirname, 'scripts', name);
  const python = (name: string, ...options: string[]) => ['python3', `${SOURCE}/${name}`, ...options];
  new Operation(nova, 'upgrade-check', {
    ...common,
    connectsTo: [...databases, identity, serviceApi('placement')],
    steps: { 'upgrade-check': { command: ['nova-status', 'upgrade', 'check'] } },
  });
  new Operation(nova, 'archive', {
    ...common,
    programs: [script('nova_archive.py')],
    connectsTo: databases,
    schedule: archive.schedule,
    steps: { archive: { command: python('nova_archive.py', CONF, `--days=${archive.days}`) } },
  });
  new Operation(nova, 'remove-stale-services', {
    ...common,
    programs: [script('nova_stale_services.py')],
    connectsTo: databases,
    steps: { remove: { command: python('nova_stale_services.py', CONF, '--hours=24') } },
  });
}
