/** Helm's mark of an object that it does not install. */
export const HELM_HOOK = 'helm.sh/hook';

/**
 * Annotations of a pod that `helm test` makes, and nothing else does: an install leaves it out, and so do plain
 * manifests. It stays until the next `helm test`, which reads its log by its name. Helm looks for such a log whatever a
 * test is, so a test is a Pod, and what it needs is an object of the chart.
 */
export const HELM_TEST = { [HELM_HOOK]: 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation' };
