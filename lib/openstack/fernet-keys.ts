import { Construct } from 'constructs';
import { join } from 'node:path';
import { CONFIG, SECRETS, smallResources } from '../kolla/prepare';
import { Value } from '../values/value';
import { PodPart, helperContainer } from './pod';
import { Service } from './service';

export interface FernetKeysProps {
  /** The image whose Python makes the keys. */
  readonly image: string;
  /** Where the service reads its keys. */
  readonly path: string;
  /** The name of the master secret. */
  readonly master: string;
  /** Seconds for which a key is the primary one. */
  readonly period: Value<number>;
  /** Seconds for which a token can be validated after it was made: the sum of these. */
  readonly lifetime: readonly Value<number>[];
  /** Another number makes other keys. */
  readonly generation: Value<number>;
}

const VOLUME = 'fernet-keys';
const DIRECTORY = '/run/kolla/fernet';
const REPOSITORY = `${DIRECTORY}/keys`;

/**
 * Fernet keys that each pod derives from a master secret and the clock: no rotation by hand, no shared volume, no
 * Secret that a deploy could wipe. A sidecar that starts before the service keeps them up to date.
 */
export class FernetKeys extends Construct implements PodPart {
  readonly secrets: readonly string[];
  readonly scripts: readonly string[];
  readonly volumes = [{ name: VOLUME, emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }];
  readonly mounts;
  readonly initContainers;

  constructor(scope: Service, id: string, props: FernetKeysProps) {
    super(scope, id);
    const script = scope.script(join(__dirname, 'scripts', 'fernet_keys.py'));
    scope.password(props.master);
    this.secrets = [props.master];
    this.scripts = [script, scope.script(join(__dirname, '..', 'kolla', 'scripts', 'pod.py'))];
    this.mounts = [{ name: VOLUME, mountPath: props.path, subPath: 'keys', readOnly: true }];
    const command = (action: string) => ['python3', `${CONFIG}/${script}`, action];
    const container = {
      name: VOLUME,
      image: scope.image(props.image),
      env: [
        { name: 'FERNET_REPOSITORY', value: REPOSITORY },
        { name: 'FERNET_MASTER', value: `${SECRETS}/${props.master}` },
        { name: 'FERNET_PERIOD', value: `${props.period}` },
        { name: 'FERNET_LIFETIME', value: props.lifetime.map((seconds) => `${seconds}`).join(' + ') },
        { name: 'FERNET_GENERATION', value: `${props.generation}` },
      ],
      resources: smallResources('32Mi', '128Mi'),
      volumeMounts: [
        { name: 'config', mountPath: CONFIG, readOnly: true },
        { name: 'secrets', mountPath: SECRETS, readOnly: true },
        { name: VOLUME, mountPath: DIRECTORY },
      ],
    };
    const check = { exec: { command: command('check') }, timeoutSeconds: 10 };
    const sidecar = {
      ...container,
      command: command('run'),
      restartPolicy: 'Always',
      startupProbe: { ...check, periodSeconds: 1, failureThreshold: 60 },
      livenessProbe: { ...check, periodSeconds: 60, failureThreshold: 5 },
    };
    this.initContainers = [helperContainer(sidecar)];
  }
}
