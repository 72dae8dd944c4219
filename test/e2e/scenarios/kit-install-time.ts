import type { Scenario } from '../scenario';

/** Each after what it needs, so that it waits for nobody. */
const ORDER = [
  ...['mariadb', 'rabbitmq', 'memcached', 'keystone', 'glance', 'placement'],
  ...['openvswitch', 'neutron', 'nova'],
];

/** Figures, judged by people: a slow machine fails no test. */
export const kitInstallTime: Scenario = {
  name: 'install time of the kit',
  holds: 'an install ends with a server; how long it takes, and how long its charts take one by one',
  ownNode: true,
  servers: true,
  run: async (gate) => {
    const { figures } = gate;
    const { seconds } = await gate.running();
    const charts = await gate.kit('kit-charts');
    let alone = 0;
    for (const chart of ORDER) {
      const figure = `${chart} alone`;
      await gate.timed(figure, async () => {
        await charts.helm([], { chart, wait: false });
        await charts.ready(600);
      });
      alone += figures[figure]!;
    }
    figures['install to server'] = seconds.install + seconds.server;
    figures['of the parts'] = figures['install to server'] / (alone + seconds.server);
  },
};
