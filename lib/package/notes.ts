const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** An object that the notes may tell of. */
export interface NotedObject {
  readonly kind: string;
  readonly name: string;
  /** It is there only if this condition of a template holds. */
  readonly guard?: string;
}

/**
 * What Helm prints after an install: how to see it come up, how to use it, and what there is to run later.
 *
 * @param use arguments of kubectl for some objects, by `<kind>/<name>`
 * @param guard a condition of a template without which the chart has no objects
 */
export function notes(
  chart: string,
  objects: readonly NotedObject[],
  use: { readonly [object: string]: string } = {},
  guard?: string,
): string {
  const at = '-n {{ .Release.Namespace }}';
  const command = (text: string, { guard }: NotedObject) =>
    guard === undefined ? [`  kubectl ${at} ${text}`] : [`{{- if ${guard} }}`, `  kubectl ${at} ${text}`, '{{- end }}'];
  const workloads = objects.filter(({ kind }) => WORKLOADS.includes(kind));
  const operations = objects.filter(({ kind }) => kind === 'CronJob');
  const used = objects.flatMap((one) => {
    const text = use[`${one.kind}/${one.name}`];
    return text === undefined ? [] : command(text, one);
  });
  const text = [
    ...(workloads.length > 0
      ? [
          `${chart} is coming up. It needs no order: what it waits for, its pods say in their logs.`,
          '',
          ...workloads.flatMap((one) => command(`rollout status ${one.kind.toLowerCase()}/${one.name}`, one)),
          `  kubectl ${at} logs -l app.kubernetes.io/name=${chart} -c prepare`,
        ]
      : [`${chart} is there.`]),
    ...(used.length > 0 ? ['', 'To use it:', '', ...used] : []),
    ...(operations.length > 0 ? ['', 'To run later, when the documentation says so:', ''] : []),
    ...operations.flatMap((one) => command(`create job --from=cronjob/${one.name} ${one.name}-1`, one)),
    '',
  ].join('\n');
  if (guard === undefined) return text;
  return `{{- if ${guard} }}\n${text}{{- else }}\n${chart}: nothing is deployed, by your values.\n{{- end }}\n`;
}

/** The same for the umbrella. */
export const umbrellaNotes =
  (): string => `OpenStack is coming up. It needs no order: what pods wait for, they say in their logs.

  kubectl -n {{ .Release.Namespace }} get pods -l app.kubernetes.io/part-of=openstack

Once it is up:

  helm -n {{ .Release.Namespace }} test {{ .Release.Name }} --logs
`;
