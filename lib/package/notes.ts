const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** What Helm prints after an install: how to see it come up, and what there is to run later. */
export function notes(chart: string, objects: readonly { readonly kind: string; readonly name: string }[]): string {
  const workloads = objects.filter(({ kind }) => WORKLOADS.includes(kind));
  const operations = objects.filter(({ kind }) => kind === 'CronJob');
  const at = '-n {{ .Release.Namespace }}';
  return [
    `${chart} is coming up. It needs no order: what it waits for, its pods say in their logs.`,
    '',
    ...workloads.map(({ kind, name }) => `  kubectl ${at} rollout status ${kind.toLowerCase()}/${name}`),
    `  kubectl ${at} logs -l app.kubernetes.io/name=${chart} -c prepare`,
    ...(operations.length > 0 ? ['', 'To run later, when the documentation says so:', ''] : []),
    ...operations.map(({ name }) => `  kubectl ${at} create job --from=cronjob/${name} ${name}-1`),
    '',
  ].join('\n');
}

/** The same for the umbrella. */
export const umbrellaNotes =
  (): string => `OpenStack is coming up. It needs no order: what pods wait for, they say in their logs.

  kubectl -n {{ .Release.Namespace }} get pods -l app.kubernetes.io/part-of=openstack
`;
