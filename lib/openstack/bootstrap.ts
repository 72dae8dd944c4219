import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { Container } from 'kubernetes-types/core/v1';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { ConfigFile } from '../config/config-file';
import { SECRETS, SOURCE } from '../kolla/prepare';
import { KollaUser } from '../kolla/users';
import { KubeObject, Manifest } from '../kubernetes/kube-object';
import { Connection, PodNetworkPolicy } from '../kubernetes/network-policy';
import { PlacementValues, ResourceValues } from '../kubernetes/values';
import { release } from '../kubernetes/service-chart';
import { onlyIf } from '../values/condition';
import { digest, json, named } from '../values/named';
import { Templated, Value, when } from '../values/value';
import { Database } from './database';
import { global } from './global';
import { commonEgress } from './network';
import { PodPart, fileMounts, helperContainer, servicePod, writableMounts } from './pod';
import { Service } from './service';
import { VERSION } from '../version';

export interface BootstrapProps {
  readonly image: string;
  readonly user: KollaUser;
  readonly database: Database;
  /** `resources()` and `placement` of `lib/kubernetes/values`. */
  readonly values: PlacementValues & ResourceValues;
  /** What every command reads. */
  readonly files: readonly ConfigFile[];
  /** What the steps talk to, besides the database. */
  readonly connections?: readonly Connection[];
}

/** What a command needs besides the files of all. */
export interface CommandProps {
  readonly files?: readonly ConfigFile[];
  readonly parts?: readonly PodPart[];
}

export interface StepProps extends CommandProps {
  /** Run only on an empty database, or only on one that was there before. Default: always. */
  readonly only?: 'installing' | 'upgrading';
  /** Passwords that the command takes from its environment: variable to the password's name. */
  readonly secretEnv?: { readonly [variable: string]: string };
}

interface Step extends StepProps {
  readonly name: string;
  /** What `bootstrap.py` does, and its own arguments. */
  readonly action: readonly string[];
  /** The command that it runs. */
  readonly command?: readonly string[];
  /** The step is there only if this holds. */
  readonly test?: Value<boolean>;
}

const PROGRAM = 'bootstrap.py';
const ADMIN_PASSWORD = 'database_password';
const MAX_INT32 = 2147483647;

/**
 * What must happen once before a service's pods start: a Job whose steps are init containers, in order, idempotent,
 * retried until they succeed. Its name carries a fingerprint of all that it is made of, so that a change makes a new
 * Job and a no-op upgrade makes none. The last step marks the fingerprint in the service's database; pods wait for it.
 *
 * Operations are the same kind of steps, run by the operator: suspended CronJobs.
 */
export class Bootstrap extends Construct {
  private readonly service: Service;
  private readonly steps: Step[] = [databaseStep('database')];

  constructor(
    scope: Service,
    id: string,
    private readonly props: BootstrapProps,
  ) {
    super(scope, id);
    this.service = scope;
    scope.script(join(__dirname, 'scripts', PROGRAM));
    scope.password(ADMIN_PASSWORD, global.database.create);
    new KubeObject<Job>(this, 'job', () => this.job());
    const policy = new PodNetworkPolicy(this, 'networkpolicy', () => ({
      ...scope.metadata(id),
      selector: this.jobLabel,
      ingress: [],
      egress: [...commonEgress(), ...this.connections.map(({ egress }) => egress)],
    }));
    onlyIf(policy, global.networkPolicy.enabled);
    const dropping = this.cronJob('drop-old-passwords', databaseStep('drop-old-passwords', '--drop-old-passwords'));
    onlyIf(dropping, global.database.create);
  }

  /** Adds a step. Commands are idempotent: a step runs again after a failure, and with each new fingerprint. */
  step(name: string, command: readonly string[], props: StepProps = {}): this {
    for (const password of Object.values(props.secretEnv ?? {})) this.service.password(password);
    this.steps.push(commandStep(name, command, props));
    return this;
  }

  /** Adds a suspended CronJob, run with `kubectl create job --from=cronjob/<service>-<name> <any name>`. */
  operation(name: string, command: readonly string[], props: CommandProps = {}): this {
    this.cronJob(name, commandStep(name, command, props));
    return this;
  }

  /** The name of the Job. */
  get jobName(): string {
    return `${this.service.node.id}-bootstrap-${this.fingerprint}`;
  }

  /** Arguments of `prepare` in pods that wait for the bootstrap. */
  get waitArgs(): string[] {
    const job = [`--job=${this.jobName}`, `--namespace=${release.namespace}`];
    return [`--wait-for=${this.fingerprint}`, `--database=${this.props.database.address}`, ...job];
  }

  /** Passwords that `prepare` needs for that. */
  get waitSecrets(): string[] {
    return [this.props.database.passwordName];
  }

  /** Ten hexadecimal digits that change with all that the Job is made of, for a Job's template cannot change. */
  private get fingerprint(): Value<string> {
    const { values, image, database } = this.props;
    const steps = this.steps.map((step) => {
      const text = [step.name, ...step.action, ...(step.command ?? [])].join(' ');
      return step.test ? `${when(step.test, text)}` : text;
    });
    const files = unique(this.steps.flatMap((step) => this.filesOf(step))).map(({ content, test }) =>
      test ? `${when(test, `${content}`)}` : content,
    );
    const keys = this.service
      .secretItems(this.secrets(this.steps))
      .map(({ key, test }) => (test ? `${when(test, key)}` : key));
    const maps = [values.resources.requests, values.resources.limits, values.nodeSelector, values.tolerations];
    const parts = [
      `${VERSION} ${release.name} ${this.service.image(image)} ${global.imagePullPolicy} ${this.service.release}`,
      ...steps,
      database.address,
      ...files,
      ...unique(this.steps.flatMap((step) => step.parts ?? [])).flatMap((part) => part.fingerprint),
      keys.join(' '),
      ...[...maps, global.nodeRoles.control, global.imagePullSecrets].map(json),
      this.service.secretName,
      this.service.passwordDigest(this.secrets(this.steps)),
    ];
    return named('bootstrap.fingerprint', digest(parts, 10));
  }

  private get connections(): readonly Connection[] {
    return [this.props.database, ...(this.props.connections ?? [])];
  }

  private get jobLabel(): { readonly [label: string]: string } {
    return { [`${this.service.node.id}-job`]: 'true' };
  }

  /** Passwords that steps read. */
  private secrets(steps: readonly Step[]): string[] {
    const own = steps.flatMap((step) => [
      ...Object.values(step.secretEnv ?? {}),
      ...this.filesOf(step).flatMap((item) => item.secrets),
      ...(step.parts ?? []).flatMap((part) => part.secrets),
      ...(step.action[0] === 'database' ? [ADMIN_PASSWORD] : []),
    ]);
    return unique([this.props.database.passwordName, ...own]).sort();
  }

  private filesOf(step: Step): readonly ConfigFile[] {
    return step.command ? [...this.props.files, ...(step.files ?? [])] : [];
  }

  private job(): Manifest<Job> {
    const steps = [...this.steps, { name: 'mark', action: ['mark'] }];
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: this.service.metadata('bootstrap', this.jobName),
      // Steps are tried again for as long as it takes: what they need may come later.
      spec: { backoffLimit: MAX_INT32, template: this.pod('bootstrap', steps, [`--fingerprint=${this.fingerprint}`]) },
    };
  }

  private cronJob(name: string, step: Step): KubeObject<CronJob> {
    const manifest = (): Manifest<CronJob> => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: this.service.metadata(name),
      spec: {
        suspend: true,
        schedule: '0 0 1 1 *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { backoffLimit: 3, template: this.pod(name, [step], []) } },
      },
    });
    return new KubeObject<CronJob>(this, name, manifest);
  }

  /** All steps but the last are init containers, so that they run in order. */
  private pod(component: string, steps: readonly Step[], args: readonly string[]) {
    const { user, values, image } = this.props;
    const parts = unique(steps.flatMap((step) => step.parts ?? []));
    const containers = steps.map((step) => {
      const container = this.container(step, args);
      return step.test && steps.length > 1 ? when(step.test, container) : container;
    });
    const clientLabels = this.connections.flatMap((connection) => Object.entries(connection.clientLabels ?? {}));
    const labels: Record<string, string> = { ...this.jobLabel, ...Object.fromEntries(clientLabels) };
    return servicePod(this.service, {
      component,
      image: this.service.image(image),
      user,
      files: unique(steps.flatMap((step) => this.filesOf(step))),
      parts: parts.map((part) => part.once ?? part),
      labels,
      secrets: this.secrets(steps),
      scripts: [PROGRAM, ...programsIn(steps)],
      downward: { file: 'labels', field: 'metadata.labels' },
      placement: values,
      initContainers: containers.slice(0, -1),
      containers: containers.slice(-1),
      pod: { restartPolicy: 'OnFailure' },
    });
  }

  private container(step: Step, args: readonly string[]): Templated<Container> {
    const [verb = '', ...own] = step.action;
    return helperContainer({
      name: step.name,
      image: this.service.image(this.props.image),
      command: ['python3', `${SOURCE}/${PROGRAM}`, verb],
      args: [
        `--database=${this.props.database.address}`,
        ...args,
        ...own,
        ...(step.command ? ['--', ...step.command] : []),
      ],
      resources: this.props.values.resources,
      volumeMounts: [
        { name: 'source', mountPath: SOURCE, readOnly: true },
        { name: 'secrets', mountPath: SECRETS, readOnly: true },
        ...fileMounts(this.filesOf(step)),
        ...writableMounts,
        ...(step.parts ?? []).flatMap((part) => part.mounts),
      ],
    });
  }
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

const databaseStep = (name: string, ...own: string[]): Step => ({
  name,
  action: ['database', `--admin=${global.database.adminUser}`, ...own],
  test: global.database.create,
});

const commandStep = (name: string, command: readonly string[], props: StepProps): Step => ({
  ...props,
  name,
  action: [
    'step',
    ...(props.only ? [`--only=${props.only}`] : []),
    ...Object.entries(props.secretEnv ?? {}).map(([variable, key]) => `--secret-env=${variable}=${key}`),
  ],
  command,
});

/** Programs of the chart that steps run. */
const programsIn = (steps: readonly Step[]): string[] =>
  steps
    .flatMap(({ command = [] }) => command)
    .filter((word) => word.startsWith(`${SOURCE}/`))
    .map((word) => word.slice(SOURCE.length + 1));
