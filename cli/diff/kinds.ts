import { ApiObject } from 'cdk8s';
import type { Cloud } from '../../lib/cloud';
import type { Kind } from './cluster';

/** The kinds of objects that a cloud may have, whatever its values. Pods are tests of Helm's. */
export const kindsOf = (cloud: Cloud): Kind[] =>
  cloud.services
    .flatMap((service) => service.node.findAll())
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
    .map(({ apiVersion, kind }) => ({ apiVersion, kind }))
    .filter(({ kind }) => kind !== 'Pod');
