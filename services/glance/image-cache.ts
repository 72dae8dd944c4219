import type { EnvVar } from 'kubernetes-types/core/v1';
import { join } from 'node:path';
import type { ConfigFile } from '../../lib/config/config-file';
import { scratchVolume } from '../../lib/kubernetes';
import { PROGRAMS, fileMounts, helperContainer, programs, writableMount } from '../../lib/openstack';
import type { PodPart, Service } from '../../lib/openstack';
import { smallResources } from '../../lib/kolla/prepare';
import { Templated, when } from '../../lib/values';
import type { glanceValues } from './values';

export const CACHE = '/var/lib/glance/image-cache';

const mount = { name: 'image-cache', mountPath: CACHE };

/** The cache of a pod's API, with a sidecar that cuts it back. */
export function imageCache(
  glance: Service<typeof glanceValues>,
  { env, files, parts }: { env: readonly Templated<EnvVar>[]; files: readonly ConfigFile[]; parts: readonly PodPart[] },
): PodPart {
  const { enabled, interval, scratch } = glance.values.imageCache;
  const { scripts = [] } = programs(glance, [join(__dirname, 'scripts', 'image_cache.py')]);
  const sidecar = helperContainer({
    name: 'image-cache',
    image: glance.image('glance-api'),
    command: ['python3', `${PROGRAMS}/image_cache.py`, `${interval}`],
    env,
    restartPolicy: 'Always',
    resources: smallResources('128Mi', '512Mi'),
    volumeMounts: [
      { name: 'config', mountPath: PROGRAMS, readOnly: true },
      ...fileMounts(files),
      writableMount,
      ...parts.flatMap(({ mounts }) => mounts),
      mount,
    ],
  });
  return {
    scripts,
    initContainers: [when(enabled, sidecar)],
    volumes: [when(enabled, scratchVolume('image-cache', scratch))],
    mounts: [when(enabled, mount)],
  };
}
