import { assert } from '../assert';
import type { KubeObjectOf } from '../kubernetes';
import type { Scenario } from '../scenario';

type Volume = KubeObjectOf<{
  readonly local?: object;
  readonly hostPath?: object;
  readonly claimRef?: { namespace: string };
}>;

export const restricted: Scenario = {
  name: 'restricted',
  holds: 'the namespace enforces Pod Security `restricted`, and nothing is exempt; volumes are `local`',
  run: async (gate) => {
    const cloud = await gate.shared();
    const namespace = await gate.kubernetes.get(cloud.namespace, `namespace/${cloud.namespace}`);
    const mode = namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'];
    assert(mode === 'restricted', `the namespace enforces ${mode}`);
    const [pod] = await cloud.pods();
    const wrong = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'root' }, spec: pod!.spec };
    const privileged = { ...wrong, spec: { containers: [{ name: 'root', image: pod!.spec.containers[0]!.image }] } };
    const refused = await gate.kubernetes.apply(cloud.namespace, [privileged]).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
    assert(refused.includes('violates PodSecurity "restricted'), `a pod without rules was admitted: ${refused}`);
    const volumes = (await gate.kubernetes.list<Volume>(cloud.namespace, 'persistentvolumes')).filter(
      ({ spec }) => spec.claimRef?.namespace === cloud.namespace,
    );
    assert(volumes.length > 0, 'no claim is bound');
    if (!gate.platform.node) return;
    for (const { metadata, spec } of volumes) assert(spec.local !== undefined, `${metadata.name} is not local`);
  },
};
