import type { PodTemplateSpec } from 'kubernetes-types/core/v1';

interface WithTemplate {
  readonly spec?: { readonly template?: PodTemplateSpec; readonly jobTemplate?: WithTemplate };
}

/** The template of the pods that an object makes, if it makes any: a Deployment, a StatefulSet, a Job, a CronJob. */
export function podTemplateOf(object: object): PodTemplateSpec | undefined {
  const { spec } = object as WithTemplate;
  return spec?.jobTemplate ? podTemplateOf(spec.jobTemplate) : spec?.template;
}
