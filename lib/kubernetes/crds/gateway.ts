// Made by `npm run crd-types` from the CRDs of sigs.k8s.io/gateway-api v1.6.3: do not edit.

import type { ObjectMeta } from 'kubernetes-types/meta/v1';

export interface HTTPRoute {
  apiVersion: 'gateway.networking.k8s.io/v1';
  kind: 'HTTPRoute';
  metadata?: ObjectMeta;
  spec: HTTPRouteSpec;
}

export interface HTTPRouteSpec {
  parentRefs?: { name: string; namespace?: string; sectionName?: string }[];
  hostnames?: string[];
  rules?: { backendRefs?: { name: string; port?: number }[]; timeouts?: { request?: string } }[];
}
