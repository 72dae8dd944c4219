import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1';

interface WithTemplate {
  readonly spec?: { readonly template?: PodTemplateSpec; readonly jobTemplate?: WithTemplate };
}

/** The template of the pods that an object makes, if it makes any: a Deployment, a StatefulSet, a Job, a CronJob; or is. */
export function podTemplateOf(object: object): PodTemplateSpec | undefined {
  if ((object as Pod).kind === 'Pod') return object;
  const { spec } = object as WithTemplate;
  return spec?.jobTemplate ? podTemplateOf(spec.jobTemplate) : spec?.template;
}
