import type { Pod } from 'kubernetes-types/core/v1';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { secretsMount, smallResources } from '../kolla/prepare';
import { readProgram } from '../kolla/program-text';
import { KollaUser } from '../kolla/users';
import { HELM_TEST } from '../kubernetes/helm-test';
import { KubeObject, ManifestBody } from '../kubernetes/kube-object';
import { selectorLabels } from '../kubernetes/labels';
import { PodNetworkPolicy, clientLabelsOf, egressTo } from '../kubernetes/network-policy';
import { PlacementValues } from '../kubernetes/values';
import { onlyIf } from '../values/condition';
import { ServiceConnection, partsOf } from './connection';
import { global } from './global';
import { commonEgress } from './network';
import { PodPart, helperContainer, servicePod, writableMount } from './pod';
import { Service } from './service';

export interface SmokeTestProps {
  /** One of the chart's images. */
  readonly image: string;
  readonly user: KollaUser;
  /** Where the pod may run. */
  readonly placement: PlacementValues;
  /**
   * The file of the program: its checks, each in a call of `check`, with `from smoke import check`; what it asks of
   * OpenStack, with `from session import Session`. No `$(` in it.
   */
  readonly program: string;
  /** What the program reads in its environment. */
  readonly env: { readonly [variable: string]: string };
  /** Passwords that it reads from `/run/kolla/secrets`; the chart has them already. */
  readonly secrets?: readonly string[];
  readonly parts?: readonly PodPart[];
  /** What it asks: its network policy lets just that out. */
  readonly connectsTo: readonly ServiceConnection[];
}

/**
 * What `helm test` runs for a service: a pod that asks the running service for what its clients need, in a minute at
 * most. It asks from inside of the cluster, through the network policies.
 *
 * The program stands in the pod itself: in the chart's ConfigMap it would be in every install, where nobody runs it.
 */
export class SmokeTest extends Construct {
  constructor(scope: Service, id: string, props: SmokeTestProps) {
    super(scope, id);
    const program = smokeProgram(props.program);
    new KubeObject<Pod>(this, 'pod', { apiVersion: 'v1', kind: 'Pod' }, () => podOf(scope, id, props, program));
    const policy = new PodNetworkPolicy(this, 'networkpolicy', () => ({
      ...scope.metadata(id),
      selector: selectorLabels(scope.node.id, id),
      egress: [...commonEgress(), ...egressTo(props.connectsTo)],
    }));
    onlyIf(policy, global.networkPolicy.enabled);
  }
}

/** What programs import of what all of them share: `from session import Session`. */
const SHARED = /^from (session|smoke) import .*\n/gm;

/** Where it is. */
export const sharedProgram = (name: 'session' | 'smoke'): string => join(__dirname, 'scripts', `${name}.py`);

/** The text of a program with what it imports from `smoke` and `session`. */
export function smokeProgram(file: string): string {
  const text = readProgram(file);
  const line = 'from smoke import check\n';
  if (!text.includes(`\n${line}`)) throw new Error(`${file}: a smoke test has a line '${line.trim()}'; add it`);
  return text.replace(SHARED, (_, name: 'session' | 'smoke') =>
    readProgram(sharedProgram(name)).replace(/^""".*"""\n/, ''),
  );
}

function podOf(scope: Service, id: string, props: SmokeTestProps, program: string): ManifestBody<Pod> {
  const { image, user, placement, env, secrets = [], connectsTo } = props;
  const parts = [...(props.parts ?? []), ...partsOf(connectsTo)];
  const container = helperContainer({
    name: id,
    image: scope.image(image),
    command: ['python3', '-c', program],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    resources: smallResources('64Mi', '256Mi'),
    volumeMounts: [
      ...(secrets.length > 0 ? [secretsMount(scope.secretItems(secrets))] : []),
      ...parts.flatMap(({ mounts }) => mounts),
      writableMount,
    ],
  });
  const { metadata, spec } = servicePod(scope, {
    component: id,
    image: scope.image(image),
    user,
    files: [],
    parts,
    secrets,
    labels: clientLabelsOf(connectsTo),
    placement,
    containers: [container],
    pod: { restartPolicy: 'Never' },
  });
  return { metadata: { name: `${scope.node.id}-${id}`, ...metadata, annotations: HELM_TEST }, spec };
}
