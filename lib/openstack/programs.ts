import { join } from 'node:path';
import { CONFIG, SECRETS } from '../kolla/prepare';
import { PodPart } from './pod';
import { Service } from './service';

/** Where the container of a component finds programs of ours. */
export const PROGRAMS = CONFIG;

/** One object, so that a container with programs of several parts has it once. */
const programsMount = { name: 'config', mountPath: PROGRAMS, readOnly: true };

/**
 * Programs of ours in the container of a component, for as long as it lives: `python3 ${PROGRAMS}/<name>`.
 *
 * @param files where they are
 * @param secrets names of passwords that they read from `/run/kolla/secrets`
 */
export function programs(service: Service, files: readonly string[], secrets: readonly string[] = []): PodPart {
  const shared = join(__dirname, '..', 'kolla', 'scripts', 'pod.py');
  return {
    scripts: [...files, shared].map((file) => service.script(file)),
    secrets,
    volumes: [],
    mounts: [programsMount, ...(secrets.length > 0 ? [{ name: 'secrets', mountPath: SECRETS, readOnly: true }] : [])],
  };
}
