import { until } from '../../support/until';
import { assert, equal } from '../assert';
import type { Scenario } from '../scenario';

/** What an operator makes anew, and what is his. */
export const uninstall: Scenario = {
  name: 'uninstall',
  holds: '`helm uninstall` leaves the claims alone; a new install finds its data, and tokens of before hold',
  run: async (gate) => {
    const cloud = await gate.cloud('uninstall');
    await cloud.helm();
    const before = await cloud.client();
    const [token] = [await before.token()];
    const [status] = await before.ask('POST', '/v3/projects', token, { project: { name: 'kept' } });
    equal(status, 201, 'a project');
    await gate.kubernetes.helm(4, ['uninstall', 'openstack', '--namespace', cloud.namespace, '--wait']);
    const kinds =
      'deployments,statefulsets,jobs,cronjobs,configmaps,secrets,services,networkpolicies,poddisruptionbudgets';
    await until('nothing of the charts is left', 120, async () => {
      const left = await gate.kubernetes.list(cloud.namespace, kinds, '--selector=app.kubernetes.io/part-of=openstack');
      assert(left.length === 0, left.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(', '));
      return true;
    });
    const claims = (await gate.kubernetes.list(cloud.namespace, 'persistentvolumeclaims')).map(
      (one) => one.metadata.name,
    );
    equal(claims.sort(), ['data-mariadb-0', 'data-rabbitmq-0'], 'claims that stay');
    await gate.timed('install again', () => cloud.helm());
    const after = await cloud.client();
    equal(await after.validate(token), 200, 'a token of before');
    const [, found] = await after.ask('GET', '/v3/projects?name=kept', token);
    equal((found as { projects: unknown[] }).projects.length, 1, 'projects of before');
  },
};
