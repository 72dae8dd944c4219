import { equal } from '../assert';
import type { Scenario } from '../scenario';

/** The real client, and what the catalog says to it. */
export const token: Scenario = {
  name: 'token',
  holds: '`openstack token issue` works; services and endpoints are as declared',
  run: async (gate) => {
    const cloud = await gate.shared();
    const client = await cloud.client();
    const { services, endpoints } = await client.catalog();
    equal(
      services.map(({ name, type }) => `${name} ${type}`),
      ['keystone identity'],
      'services',
    );
    const url = `http://keystone-api.${cloud.namespace}.svc.cluster.local:5000`;
    equal(
      endpoints.map((one) => `${one.region} ${one.interface} ${one.url}`).sort(),
      [`RegionOne internal ${url}`, `RegionOne public ${url}`],
      'endpoints',
    );
    const issued = await client.openstack('token', 'issue', '--format', 'value', '--column', 'id');
    equal(await client.validate(issued.trim()), 200, 'a token of the command line client');
  },
};
