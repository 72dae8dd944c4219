/** Objects and files for the tools that keep a cluster as a Git repository says. */
export { applicationOfChart, applicationsOfManifests } from './argocd';
export type { ArgoCd } from './argocd';
export { externalSecret } from './external-secret';
export type { SecretStore } from './external-secret';
export { helmRelease, kustomizationsOfManifests } from './flux';
export type { Flux } from './flux';
export { kustomizationFiles } from './kustomize';
export type { Deployment } from './deployment';
