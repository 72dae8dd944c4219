import { load } from 'js-yaml';
import { forecast } from '../../lib/diff';
import type { KubernetesObject } from '../../lib/diff';
import { markdownOf } from './markdown';
import { textOf } from './text';

const agent = (image: string, labels = 'a: agent'): KubernetesObject =>
  load(`
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: nova-compute-default, labels: { app.kubernetes.io/name: nova } }
spec:
  updateStrategy: { type: OnDelete }
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec: { containers: [{ name: compute, image: '${image}' }] }
`) as KubernetesObject;
const config = (name: string, ...lines: string[]): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  data: { file: lines.map((line) => `${line}\n`).join('') },
});
const secret = (password: string): KubernetesObject => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'nova' } },
  data: { password },
});
const workload = (service: string, release: string): KubernetesObject => ({
  ...{ apiVersion: 'apps/v1', kind: 'DaemonSet' },
  metadata: { name: service, labels: { 'app.kubernetes.io/name': service, 'app.kubernetes.io/version': release } },
  spec: { selector: { matchLabels: { service } }, template: { metadata: { labels: { service } } } },
});

const before = [agent('example.org/nova:1'), config('conf', 'a', 'b', 'c', 'd'), secret('b2xk'), config('gone')];
const after = [agent('example.org/nova:2'), config('conf', 'a', 'b', 'C', 'd'), secret('bmV3'), config('come')];

test('for a terminal', () => {
  expect(textOf(forecast(before, after))).toBe(`1 object added, 1 removed, 3 changed; 1 workload waits

Pods that stay as they are until you delete them
  node by node, as docs/host-agents.md#change-and-upgrade has it
  DaemonSet/nova-compute-default
    kubectl delete pod --field-selector spec.nodeName=NODE -l a=agent
    spec.containers[compute].image

Added
  + ConfigMap/come

Removed
  - ConfigMap/gone

Changed
  ~ ConfigMap/conf
    data.file: changed
      @@ -1,4 +1,4 @@
       a
       b
      -c
      +C
       d
  ~ DaemonSet/nova-compute-default
    spec.template.spec.containers[compute].image: "example.org/nova:1" → "example.org/nova:2"
  ~ Secret/nova
    data.password: changed (not shown)`);
});

test('colours are for a terminal', () => {
  expect(textOf(forecast(before, after), true)).toContain('\u001b[32m+C\u001b[0m');
});

test('nothing', () => {
  expect(textOf(forecast(before, before))).toBe('no differences');
});

test('what is refused', () => {
  const [old, fresh] = [
    [agent('example.org/nova:1'), workload('keystone', '2025.1'), workload('glance', '2025.1')],
    [agent('example.org/nova:1', 'a: other'), workload('keystone', '2025.1'), workload('glance', '2026.1')],
  ];
  const text = textOf(forecast(old, fresh));
  expect(text).toContain(`
Kubernetes will refuse
  DaemonSet/nova-compute-default spec.selector: cannot be changed

Releases that go too early
  glance: 2025.1 → 2026.1 is too early, for keystone is still on 2025.1. The order is infrastructure (mariadb, rabbitmq, memcached), then keystone, then glance and placement, then nova and neutron control, then agents (openvswitch): docs/keystone.md#upgrade-20251-to-20261
`);
});

test('what only some versions refuse', () => {
  const service: KubernetesObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: '1a' } };
  const REFUSED =
    'is "1a"; allowed are at most 63 lower-case letters, digits and \'-\', with a letter or digit at both ends, a letter first (by Kubernetes before 1.36)';
  expect(textOf(forecast([], [service]))).toContain(
    `\nKubernetes will refuse\n  Service/1a metadata.name: ${REFUSED}\n`,
  );
});

test('a comment on a pull request', () => {
  expect(markdownOf(forecast(before, after))).toBe(`✅ **1 object added, 1 removed, 3 changed; 1 workload waits**

**Pods that stay as they are until you delete them, node by node, as docs/host-agents.md#change-and-upgrade has it**

| workload | because of | note |
| --- | --- | --- |
| \`DaemonSet/nova-compute-default\` | \`spec.containers[compute].image\` | kubectl delete pod --field-selector spec.nodeName=NODE -l a=agent |

**Objects**

|  | object |
| --- | --- |
| added | \`ConfigMap/come\` |
| removed | \`ConfigMap/gone\` |
| changed | \`ConfigMap/conf\`, 1 field |
| changed | \`DaemonSet/nova-compute-default\`, 1 field |
| changed | \`Secret/nova\`, 1 field |

<details><summary><code>ConfigMap/conf</code>, 1 field</summary>

\`\`\`diff
# data.file: changed
@@ -1,4 +1,4 @@
 a
 b
-c
+C
 d
\`\`\`

</details>

<details><summary><code>DaemonSet/nova-compute-default</code>, 1 field</summary>

\`\`\`diff
# spec.template.spec.containers[compute].image: "example.org/nova:1" → "example.org/nova:2"
\`\`\`

</details>

<details><summary><code>Secret/nova</code>, 1 field</summary>

\`\`\`diff
# data.password: changed (not shown)
\`\`\`

</details>`);
});

test('a comment that would be too long is cut, and says so', () => {
  const many = Array.from({ length: 3000 }, (_, i) => config(`conf-${i}`, 'a'));
  const other = Array.from({ length: 3000 }, (_, i) => config(`conf-${i}`, '```', '</details>'));
  const text = markdownOf(forecast(many, other));
  expect(text.length).toBeLessThanOrEqual(60_000);
  expect(text).toMatch(
    /\*\*Cut: \d+ parts did not fit into this comment\.\*\* All: `kolla-cdk8s diff` without `--markdown`\.$/,
  );
  // No fence of a text ends the fence around it.
  expect(markdownOf(forecast(many.slice(0, 1), other.slice(0, 1)))).toContain('\n````diff\n');
});
