import { clientLabel } from '../kubernetes/labels';
import { ServiceConnection } from './connection';
import { egressToChart } from './network';
import { Value } from '../values/value';

/**
 * The ports on which the APIs of OpenStack listen in the cluster: those that everybody knows. They are no values, so
 * that nobody has to keep the charts of clients and servers in step; where users reach an API is another matter.
 */
export const API_PORTS = {
  cinder: 8776,
  glance: 9292,
  neutron: 9696,
  nova: 8774,
  'nova-metadata': 8775,
  placement: 8780,
} as const;

/** The APIs of `API_PORTS`: the name of a chart and, for one beside its main API, of the component. */
export type ApiName = keyof typeof API_PORTS;

/** The API of another service, as something that a component talks to. Its address is in Keystone's catalog. */
export function serviceApi(name: ApiName): ServiceConnection {
  const [chart = name] = name.split('-');
  return apiConnection(chart, API_PORTS[name]);
}

/** An API of any chart in this namespace: of another one, or of the same, whose pods talk to each other. */
export const apiConnection = (chart: string, port: Value<number> | number): ServiceConnection => ({
  description: chart,
  egress: egressToChart(chart, port),
  clientLabels: clientLabel(chart),
});
