import { Bug, tests } from '../bug';

const parts = tests('lib/openstack/parts.test.ts');
const connections = tests('lib/openstack/connections.test.ts');
const mariadb = tests('services/mariadb/mariadb.test.ts');
const policy = (rule: string) => ({ file: 'test/policy.test.ts', only: rule });

/** Planted in what services are made of. */
export const openstackBugs: readonly Bug[] = [
  {
    name: 'a part of a part asks for passwords without the outer one',
    file: 'lib/openstack/service.ts',
    find: 'outer ? all(outer, test) : test',
    replace: 'test',
    caughtBy: parts,
  },
  {
    name: 'a part requires of values where it is not there',
    file: 'lib/openstack/service.ts',
    find: 'this.part ? any(not(this.part), test) : test',
    replace: 'test',
    caughtBy: parts,
  },
  {
    name: 'what a connection needs is not in the pods',
    file: 'lib/openstack/component.ts',
    find: '[...files, ...filesOf(connectsTo)]',
    replace: 'files',
    caughtBy: connections,
  },
  {
    name: 'a server of ours may have an address of its own',
    file: 'lib/openstack/connection.ts',
    find: 'any(external, not(given), ...unused)',
    replace: 'any(external, not(given), given, ...unused)',
    caughtBy: connections,
  },
  {
    name: 'an external broker needs an address where nobody talks to it',
    file: 'lib/openstack/connection.ts',
    find: 'any(not(external), given, ...unused)',
    replace: 'any(not(external), given)',
    caughtBy: connections,
  },
  {
    name: 'a claim carries the release, with which it cannot change',
    file: 'lib/openstack/server-component.ts',
    find: "metadata: { name: 'data', labels: this.selector }",
    replace: "metadata: { name: 'data', labels: scope.labelsOf(id) }",
    caughtBy: policy('claim template never change'),
  },
  {
    name: 'a smoke test is no client of what it asks',
    file: 'lib/openstack/smoke-test.ts',
    find: 'labels: clientLabelsOf(connectsTo)',
    replace: 'labels: {}',
    caughtBy: policy('whom a pod is let out to'),
  },
  {
    name: 'a smoke test is installed as a template like others',
    file: 'lib/kubernetes/service-chart.ts',
    find: 'name: `tests/${template.name}`',
    replace: 'name: template.name',
    caughtBy: tests('lib/kubernetes/kubernetes.test.ts'),
  },
  {
    name: 'an operation runs by itself',
    file: 'lib/openstack/operation.ts',
    find: 'choose(isSet(schedule), false, true)',
    replace: 'choose(isSet(schedule), false, false)',
    caughtBy: parts,
  },
  {
    name: 'nobody lets backups in',
    file: 'services/mariadb/index.ts',
    find: '...OPERATIONS.map((operation) =>',
    replace: '...[].map((operation) =>',
    caughtBy: policy('whom a pod is let out to lets it in'),
  },
  {
    name: 'a backup is of a member that is not there',
    file: 'services/mariadb/backups.ts',
    find: "choose(replicas.is(3), 'mariadb-2', 'mariadb-0')",
    replace: "choose(replicas.is(3), 'mariadb-3', 'mariadb-0')",
    caughtBy: policy('every claim of a pod'),
  },
  {
    name: 'clients go around the proxies',
    file: 'services/mariadb/index.ts',
    find: "choose(replicas.is(3), 'proxy', 'server')",
    replace: "choose(replicas.is(1), 'server', 'server')",
    caughtBy: mariadb,
  },
  {
    name: 'what a guard says in part counts as said',
    file: 'lib/values/given.ts',
    find: 'test.tests.every(',
    replace: 'test.tests.some(',
    caughtBy: tests('lib/values/given.test.ts'),
  },
  {
    name: 'one word is another',
    file: 'lib/values/given.ts',
    find: 'one.right.value !== other.right.value',
    replace: 'one.right.value === other.right.value',
    caughtBy: tests('lib/values/given.test.ts'),
  },
  {
    name: 'a host agent may do everything with its node, whatever it lists',
    file: 'lib/kolla/start-mode.ts',
    find: 'if (privileged) return',
    replace: 'if (privileged || kolla) return',
    caughtBy: policy('a host agent may do with its node what it lists'),
  },
  {
    name: 'a host agent is on the processes of its node without a word of it',
    file: 'lib/kubernetes/pod.ts',
    find: '...(hostPID && { hostPID: true }),',
    replace: 'hostPID: true,',
    caughtBy: policy('a host agent may do with its node what it lists'),
  },
  {
    name: 'nodes that route run servers',
    file: 'lib/openstack/node-pools.ts',
    find: "isCompute: not(role.or('').is('network')),",
    replace: "isCompute: not(role.or('').is('compute')),",
    caughtBy: tests('services/nova/computes.test.ts'),
  },
  {
    name: 'an upgrade ends all host agents at once',
    file: 'lib/openstack/host-agent.ts',
    find: "updateStrategy: { type: 'OnDelete' }",
    replace: "updateStrategy: { type: 'RollingUpdate' }",
    caughtBy: tests('lib/openstack/host-agent.test.ts'),
  },
  {
    name: 'settings of a pool that there is not are passed over',
    file: 'lib/openstack/node-pools.ts',
    find: "choose(hasKey(pools, name), '', name)",
    replace: "choose(hasKey(pools, name), '', '')",
    caughtBy: tests('lib/openstack/host-agent.test.ts'),
  },
  {
    name: 'a round takes for granted what an entry may lack',
    file: 'lib/values/rounds.ts',
    find: '[...deep, ...(schema.required ?? [])]',
    replace: '[...deep]',
    caughtBy: tests('lib/values/rounds.test.ts'),
  },
  {
    name: 'a template forgets a condition inside of another',
    file: 'lib/render/helm/node.ts',
    find: 'holds(test, facts)',
    replace: 'facts.length > 0 || holds(test, facts)',
    caughtBy: tests('lib/render/helm/node.test.ts'),
  },
];
