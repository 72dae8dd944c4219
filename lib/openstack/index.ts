/** What OpenStack services share. */
export { ApiComponent, apiValues } from './api-component';
export { ApiSmokeTest } from './api-smoke-test';
export { Bootstrap, bootstrapValues } from './bootstrap';
export { Cache } from './cache';
export { Component } from './component';
export type { Instance } from './component';
export { tlsPart } from './connection';
export type { ServiceConnection } from './connection';
export { Database, databaseCa, databaseTls } from './database';
export { DeploymentComponent } from './deployment-component';
export { FernetKeys } from './fernet-keys';
export { global } from './global';
export { HostAgent, agentValues, hostAgentsOf } from './host-agent';
export type { HostAgentProps } from './host-agent';
export { HttpComponent, httpValues } from './http-component';
export {
  ADMIN_PASSWORD,
  DOMAIN,
  IdentityRegistration,
  adminEnv,
  identityAddress,
  identityConnection,
  identityUrls,
} from './identity';
export { Messaging } from './messaging';
export { clientLabel } from '../kubernetes/labels';
export {
  egressToAddresses,
  egressToAny,
  egressToCidrs,
  egressToChart,
  egressToComponent,
  egressToNodes,
  ingressFromClients,
  ingressFromComponent,
  ingressFromNodes,
  ingressFromUsers,
} from './network';
export { forEachPool, poolValues } from './node-pools';
export type { NodePool, PoolOf } from './node-pools';
export { Operation } from './operation';
export { fileMounts, helperContainer, writableMount } from './pod';
export type { PodPart } from './pod';
export { SOURCE } from '../kolla/prepare';
export { PROGRAMS, programs } from './programs';
export { ServerComponent } from './server-component';
export { API_PORTS, serviceApi } from './service-api';
export { PublicAddress } from './public-address';
export { publicValues } from './public-values';
export { Service, ownPasswords, passwordsRevision, serviceValues } from './service';
export { SmokeTest, sharedProgram } from './smoke-test';
export type { SmokeTestProps } from './smoke-test';
export { RPC_PING, WorkerComponent, brokerProbe, brokerProbes, workerValues } from './worker-component';
