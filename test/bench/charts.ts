import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cloud, UMBRELLA, chartsOf } from '../../lib/cloud';
import { packChart } from '../../lib/package';
import { Helm, helms } from '../../tools/toolchain';
import { helmEnvironment } from '../support/helm';
import { Figure } from './figure';
import { Run, inTurn, medianCpu, medianRatio, run } from './measure';

const ROUNDS = 15;
const EMPTY = 'an empty chart';

/** What Helm needs for each package, against one that has nothing in it; and how large keystone is. */
export function chartFigures(folder: string, cloud: Cloud): Figure[] {
  const packages = writePackages(folder, cloud);
  const sizes: Figure[] = [];
  const times = helms().flatMap((helm) => {
    const template = (path: string): Run => helmTemplate(helm, path, folder);
    const runs = inTurn(new Map([...packages].map(([name, { path }]) => [name, () => template(path)])), ROUNDS);
    const empty = runs.get(EMPTY)!;
    const rendered = runs.get('keystone')![0]!.stdout;
    sizes.push({
      name: `keystone rendered by Helm ${helm.version}`,
      found: kilobytes(Buffer.from(rendered)),
      unit: 'KB',
      bound: 60,
    });
    const ms = (name: string): number => medianCpu(runs.get(name)!) * 1000;
    const services = [...packages.keys()].filter((name) => name !== EMPTY && name !== UMBRELLA);
    // An umbrella costs what its charts cost; an empty chart is no measure for it.
    const together = services.reduce((sum, name) => sum + ms(name) - ms(EMPTY), ms(EMPTY));
    return [
      ...services.map((name) => ({
        name: `helm template ${name}, Helm ${helm.version}, CPU to ${EMPTY}`,
        found: medianRatio(runs.get(name)!, empty),
        unit: '×',
        bound: 1.5,
      })),
      {
        name: `helm template ${UMBRELLA}, Helm ${helm.version}, CPU to its charts together`,
        found: ms(UMBRELLA) / together,
        unit: '×',
        bound: 1.2,
      },
      ...[...packages.keys()].map((name) => ({
        name: `${name}, Helm ${helm.version}, CPU`,
        found: ms(name),
        unit: 'ms',
      })),
    ];
  });
  const objects = cloud.render().filter(({ service }) => service === 'keystone').length;
  return [
    ...times,
    { name: 'keystone', found: objects, unit: 'objects', bound: 25 },
    ...sizes,
    { name: 'keystone packed', found: kilobytes(packages.get('keystone')!.bytes), unit: 'KB', bound: 33 },
  ];
}

interface Package {
  readonly path: string;
  readonly bytes: Uint8Array;
}

function writePackages(folder: string, cloud: Cloud): ReadonlyMap<string, Package> {
  const empty = new Map([['Chart.yaml', 'apiVersion: v2\nname: empty\nversion: 0.1.0\n']]);
  const charts = [...chartsOf(cloud)].map(([name, chart]) => [name, chart.package] as const);
  mkdirSync(join(folder, 'packages'));
  return new Map(
    [[EMPTY, packChart('empty', empty)] as const, ...charts].map(([name, bytes]) => {
      const path = join(folder, 'packages', `${name.replaceAll(' ', '-')}.tgz`);
      writeFileSync(path, bytes);
      return [name, { path, bytes }];
    }),
  );
}

/** With the values of the aio cloud, which every chart takes. */
function helmTemplate({ path: helm }: Helm, chart: string, folder: string): Run {
  const files = ['clouds/aio.yaml', 'passwords.yaml'].flatMap((file) => ['--values', file]);
  return run([helm, 'template', 'openstack', chart, '--namespace', 'openstack', '--skip-tests', ...files], {
    cwd: folder,
    env: helmEnvironment,
  });
}

const kilobytes = ({ length }: Uint8Array): number => length / 1000;
