import { z } from 'zod';
import { placement, resources, schedule } from '../../lib/kubernetes';
import { serviceValues } from '../../lib/openstack';
import { count, group, line, seconds } from '../../lib/values/types';

export const postDeployValues = serviceValues('post-deploy', ['keystone'], {
  smoke: group({
    schedule: schedule('a server is made and removed').default(''),
    image: line()
      .optional()
      .describe('The name of an image of yours to boot. Default: an empty one, of a MiB, is made and removed.'),
    ram: z.int().min(1).default(64).describe('MiB of the server.'),
    disk: count().default(1).describe('GiB of its disk, as much as the image needs.'),
    timeout: seconds()
      .default(180)
      .describe('Seconds in which the server has to be active; and again, in which all has to be removed.'),
    resources: resources('10m', '64Mi', '256Mi'),
    ...placement,
  }).describe('The operation post-deploy-smoke, and the test of the chart.'),
});
