import { KubernetesObject, Pair, at, listAt, numberAt, textAt } from './object';
import type { Refusal } from './refusals';

/**
 * A Service keeps its address, its first address family and the class of its load balancer. An address that is not
 * written any more stays as it is, `None` as well.
 *
 * Source: ValidateServiceUpdate in Kubernetes' pkg/apis/core/validation/validation.go, patchAllocatedValues in
 * pkg/registry/core/service/storage/storage.go.
 */
export function serviceRefusals({ id, before, after }: Pair): Refusal[] {
  const [was, is] = [typeOf(before), typeOf(after)];
  if (was === 'ExternalName' || is === 'ExternalName') return [];
  const refused = (path: string, message: string): Refusal => ({ id, path, message });
  const [old, fresh] = [addressOf(before), addressOf(after)];
  const found: Refusal[] = [];
  if (fresh !== undefined && fresh !== old) {
    found.push(refused('spec.clusterIP', 'cannot be changed: a Service keeps its address'));
  }
  if (fresh === undefined && old === 'None' && is !== 'ClusterIP') {
    found.push(refused('spec.clusterIP', `stays None, which a Service of type ${is} cannot have`));
  }
  const [family, other] = [before, after].map((object) => listAt(object, 'spec', 'ipFamilies')[0]);
  if ((fresh ?? old) !== 'None' && family !== undefined && other !== undefined && family !== other) {
    found.push(refused('spec.ipFamilies[0]', 'cannot be changed'));
  }
  if (was === 'LoadBalancer' && is === was && textAt(before, ...CLASS) !== textAt(after, ...CLASS)) {
    found.push(refused(CLASS.join('.'), 'cannot be changed'));
  }
  const [port, otherPort] = [before, after].map((object) => numberAt(object, ...HEALTH_CHECK));
  if (otherPort !== undefined && port !== otherPort && [before, after].every(checksHealth)) {
    found.push(refused(HEALTH_CHECK.join('.'), 'cannot be changed'));
  }
  return found;
}

const CLASS = ['spec', 'loadBalancerClass'];
const HEALTH_CHECK = ['spec', 'healthCheckNodePort'];

const typeOf = (object: KubernetesObject): string => textAt(object, 'spec', 'type') ?? 'ClusterIP';

const addressOf = (object: KubernetesObject): string | undefined => {
  const written = textAt(object, 'spec', 'clusterIP') ?? listAt(object, 'spec', 'clusterIPs')[0];
  return typeof written === 'string' && written !== '' ? written : undefined;
};

const checksHealth = (object: KubernetesObject): boolean =>
  typeOf(object) === 'LoadBalancer' && at(object, 'spec', 'externalTrafficPolicy') === 'Local';
