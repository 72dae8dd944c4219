import './lib/cloud/short-run';
import { join } from 'node:path';
import { Cloud, readValues, summaryOf } from './lib/cloud';
import { catalogue } from './services';

/** The default cloud: all services with the values of clouds/aio.yaml. This is what `cdk8s synth` runs. */
const root = process.cwd();
const cloud = new Cloud({
  outdir: process.env['CDK8S_OUTDIR'] ?? 'charts-out',
  values: [readValues(join(root, 'clouds', 'aio.yaml')), readValues(join(root, 'passwords.yaml'))],
});
for (const Service of Object.values(catalogue)) new Service(cloud);
console.log(summaryOf(cloud, cloud.synth()));
