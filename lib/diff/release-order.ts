import { KubernetesObject, isOwnKind, listAt, podTemplateOf, textAt } from './object';

/** The order of an upgrade: docs/keystone.md. Services of one stage may go together, and so may all stages at once. */
export const STAGES: readonly { readonly name: string; readonly services: readonly string[] }[] = [
  { name: 'infrastructure', services: ['mariadb', 'rabbitmq', 'memcached'] },
  { name: 'keystone', services: ['keystone'] },
  { name: 'glance and placement', services: ['glance', 'placement'] },
  { name: 'nova and neutron control', services: ['nova', 'neutron'] },
  { name: 'agents', services: ['openvswitch'] },
];

/** A service that changes its release of OpenStack. */
export interface ReleaseChange {
  readonly service: string;
  readonly before: string;
  readonly after: string;
  readonly direction: 'upgrade' | 'rollback';
  /** The services that must have gone before it, and have not, with their releases. */
  readonly tooEarlyFor: readonly { readonly service: string; readonly release: string }[];
}

/** The services that change their release, in the order of an upgrade. */
export function releaseChanges(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): ReleaseChange[] {
  const [old, fresh] = [releasesOf(before), releasesOf(after)];
  const changes = [...fresh].flatMap(([service, release]): ReleaseChange[] => {
    const was = old.get(service);
    if (was === undefined || was === release) return [];
    const direction = was < release ? 'upgrade' : 'rollback';
    const first = direction === 'upgrade' ? earlier(service) : [];
    const late = first.flatMap((other) => {
      const its = fresh.get(other);
      return its === undefined || its >= release ? [] : [{ service: other, release: its }];
    });
    return [{ service, before: was, after: release, direction, tooEarlyFor: late }];
  });
  return changes.sort((a, b) => stageOf(a.service) - stageOf(b.service) || (a.service < b.service ? -1 : 1));
}

/** A service without a stage, such as post-deploy, uses all others. */
function stageOf(service: string): number {
  const stage = STAGES.findIndex(({ services }) => services.includes(service));
  return stage < 0 ? STAGES.length : stage;
}

const earlier = (service: string): string[] => STAGES.slice(0, stageOf(service)).flatMap(({ services }) => services);

/** The release of each service: that of its images, by Kolla's tags; where they have others, that of its label. */
export function releasesOf(objects: readonly KubernetesObject[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const object of objects) {
    if (!isOwnKind(object, 'Deployment', 'StatefulSet', 'DaemonSet')) continue;
    const service = textAt(object, 'metadata', 'labels', 'app.kubernetes.io/name');
    const release = releaseOf(object);
    if (service === undefined || release === undefined) continue;
    // Of several, the oldest: the service has not gone as a whole.
    const other = found.get(service);
    found.set(service, other !== undefined && other < release ? other : release);
  }
  return found;
}

function releaseOf(workload: KubernetesObject): string | undefined {
  const containers = listAt(podTemplateOf(workload), 'spec', 'containers');
  const tags = containers.flatMap((container) => {
    const [, release] = /:(\d{4}\.[12])(?:-[^/:@]*)?(?:@|$)/.exec(textAt(container, 'image') ?? '') ?? [];
    return release === undefined ? [] : [release];
  });
  const label = textAt(workload, 'metadata', 'labels', 'app.kubernetes.io/version');
  return tags.sort()[0] ?? (label !== undefined && /^\d{4}\.[12]$/.test(label) ? label : undefined);
}
