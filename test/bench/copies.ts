import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Cloud, outputOf, readValues } from '../../lib/cloud';
import type * as OpenStack from '../../lib/openstack';
import type * as Services from '../../services/keystone';
import { passwords } from '../support/passwords';

/**
 * A program, `copies.js <how many> <root> [<folder>]`: makes the manifests and the charts of a cloud of so many services,
 * each as large as Keystone, the umbrella over them, and all packages. Writes them to the folder, if there is one, and
 * prints the most memory that the process had, in bytes.
 */
const [count, root = '', outdir] = process.argv.slice(2);
const cloud = new Cloud({ outdir: outdir ?? '.', values: [readValues(join(root, 'clouds', 'aio.yaml')), passwords] });
for (let i = 0; i < Number(count); i++) {
  const name = `k${i}`;
  const Keystone = keystoneAs(name);
  new Keystone(cloud);
}
if (outdir === undefined) outputOf(cloud);
else cloud.synth();
console.log(peakMemory());

/**
 * Keystone as a chart of another name. Its modules are loaded anew, for another service has code, values and a model
 * of its own too.
 */
function keystoneAs(name: string): typeof Services.Keystone {
  const load = createRequire(__filename);
  const openstack = load('../../lib/openstack') as typeof OpenStack;
  const module = load.cache[load.resolve('../../lib/openstack')]!;
  const serviceValues: typeof OpenStack.serviceValues = (_, ...rest) => openstack.serviceValues(name, ...rest);
  module.exports = { ...openstack, serviceValues };
  try {
    for (const file of ['keystone', 'keystone/values']) delete load.cache[load.resolve(`../../services/${file}`)];
    return (load('../../services/keystone') as typeof Services).Keystone;
  } finally {
    module.exports = openstack;
  }
}

/** `maxRSS` of a process may be that of the one that started it; on Linux there is a better source. */
function peakMemory(): number {
  const kilobytes =
    process.platform === 'linux'
      ? Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
      : process.resourceUsage().maxRSS;
  return kilobytes * 1024;
}
