/**
 * The library: what an own `main.ts` and own services beside ours are written with. The services themselves are
 * `kolla-cdk8s/services/keystone` and so on; `kolla-cdk8s/services` is the catalogue of all.
 */

// A cloud, and its values files.
export { Cloud, readValues } from './lib/cloud';
export type { CloudObject, CloudProps } from './lib/cloud';
export { VERSION } from './lib/version';

// What OpenStack services share.
export {
  ApiComponent,
  ApiSmokeTest,
  apiValues,
  Bootstrap,
  bootstrapValues,
  Cache,
  Component,
  Database,
  FernetKeys,
  global,
  HttpComponent,
  httpValues,
  IdentityRegistration,
  identityUrls,
  Messaging,
  ownPasswords,
  passwordsRevision,
  ServerComponent,
  Service,
  serviceValues,
} from './lib/openstack';
export type { ApiComponentProps, ApiValues } from './lib/openstack/api-component';
export type { BootstrapProps, CommandProps, StepProps } from './lib/openstack/bootstrap';
export type { ComponentProps } from './lib/openstack/component';
export type { DatabaseProps } from './lib/openstack/database';
export type { FernetKeysProps } from './lib/openstack/fernet-keys';
export type { HttpComponentProps, HttpValues } from './lib/openstack/http-component';
export type { Endpoints, IdentityRegistrationProps } from './lib/openstack/identity';
export type { MessagingProps } from './lib/openstack/messaging';
export type { PodPart } from './lib/openstack/pod';
export type { ServerComponentProps } from './lib/openstack/server-component';

// Kolla's images.
export { DISTROS, KOLLA_USERS, PASSWORDS, RELEASES, START_MODES } from './lib/kolla';
export type { KollaUser, PasswordName } from './lib/kolla';

// Kubernetes objects with values in them, and the values that every workload has.
export { KubeObject, placement, release, replicas, resources, ServiceChart, workload } from './lib/kubernetes';
export type { ChartInfo } from './lib/kubernetes';
export type { Manifest, ManifestBody, ObjectHead } from './lib/kubernetes/kube-object';
export type { Connection, EgressRule, IngressRule } from './lib/kubernetes/network-policy';
export type { PlacementValues, ResourceValues, WorkloadValues } from './lib/kubernetes/values';

// Config files.
export { ConfigFile, IniFile, iniOverrides, inUrl, TextFile } from './lib/config';
export type { IniOverrides, IniSections } from './lib/config';

// The value language, and the types of values.
export * from './lib/values';
export { z } from 'zod';
