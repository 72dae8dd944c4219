import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { ConfigFile } from '../config/config-file';
import { SECRETS, SOURCE } from '../kolla/prepare';
import { KollaUser } from '../kolla/users';
import { KubeObject, Manifest } from '../kubernetes/kube-object';
import { Connection, PodNetworkPolicy } from '../kubernetes/network-policy';
import { release } from '../kubernetes/service-chart';
import { PlacementValues, ResourceValues } from '../kubernetes/values';
import { onlyIf } from '../values/condition';
import { digest, json, named } from '../values/named';
import { Value, When, when } from '../values/value';
import { VERSION } from '../version';
import { Database } from './database';
import { global } from './global';
import { commonEgress } from './network';
import { fileMounts, helperContainer, imagePullPolicy, servicePod, writableMount } from './pod';
import { Service } from './service';

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
  /** Environment variables. */
  readonly env?: { readonly [variable: string]: string };
  /** Names of passwords that it reads from `/run/kolla/secrets`. */
  readonly secrets?: readonly string[];
}

export interface StepProps extends CommandProps {
  /** Run only on an empty database, or only on one that was there before. Default: always. */
  readonly only?: 'installing' | 'upgrading';
}

/** A pod that runs `bootstrap.py`: what it is called with, and what it needs. */
interface Run {
  readonly component: string;
  readonly args: readonly (string | When<string>)[];
  readonly commands: readonly CommandProps[];
  /** It logs in to the server as its administrator, where the charts create databases. */
  readonly admin: boolean;
}

const PROGRAM = 'bootstrap.py';
const ADMIN_PASSWORD = 'database_password';
const MAX_INT32 = 2147483647;

/**
 * What must happen once before a service's pods start: a Job that creates the database, runs steps in order and leaves
 * a marker in the database, for which pods wait. Steps are idempotent and tried again until they succeed. The Job's
 * name carries a fingerprint of all that it is made of, so that a change makes a new Job and a no-op upgrade none.
 *
 * Operations are single commands, run by the operator: suspended CronJobs.
 */
export class Bootstrap extends Construct {
  private readonly service: Service;
  private readonly stepArgs: string[] = [];
  private readonly steps: CommandProps[] = [];

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
    const args = ['--drop-old-passwords'];
    const dropping = this.cronJob({ component: 'drop-old-passwords', args, commands: [], admin: true });
    onlyIf(dropping, global.database.create);
  }

  /**
   * Adds a step. It runs again after a failure, and with each new fingerprint.
   *
   * @param command its words, none with a blank or a quote in it
   */
  step(command: readonly string[], props: StepProps = {}): this {
    const option = { installing: '--install', upgrading: '--upgrade', always: '--run' }[props.only ?? 'always'];
    this.stepArgs.push(`${option}=${this.line(command)}`);
    this.steps.push(this.needsOf(props));
    return this;
  }

  /** Adds a suspended CronJob, run with `kubectl create job --from=cronjob/<service>-<name> <any name>`. */
  operation(name: string, command: readonly string[], props: CommandProps = {}): this {
    const args = [`--run=${this.line(command)}`];
    this.cronJob({ component: name, args, commands: [this.needsOf(props)], admin: false });
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
    const run = { ...this.bootstrapRun, args: this.stepArgs };
    const files = filesOf(run).map(({ content, test }) => (test ? `${when(test, `${content}`)}` : content));
    const secrets = this.secretsOf(run);
    const keys = this.service.secretItems(secrets).map(({ key, test }) => (test ? `${when(test, key)}` : key));
    const maps = [values.resources.requests, values.resources.limits, values.nodeSelector, values.tolerations];
    const parts = [
      `${VERSION} ${release.name} ${this.service.image(image)} ${imagePullPolicy} ${this.service.release}`,
      database.address,
      `${when(global.database.create, global.database.adminUser)}`,
      ...run.args,
      ...files,
      ...Object.entries(envOf(run)).map((pair) => pair.join('=')),
      keys.join(' '),
      ...[...maps, global.nodeRoles.control, global.imagePullSecrets].map(json),
      this.service.secretName,
      this.service.passwordDigest(secrets),
    ];
    return named('bootstrap.fingerprint', digest(parts, 10));
  }

  private get bootstrapRun(): Omit<Run, 'args'> {
    return { component: 'bootstrap', commands: this.steps, admin: true };
  }

  private get connections(): readonly Connection[] {
    return [this.props.database, ...(this.props.connections ?? [])];
  }

  private get jobLabel(): { readonly [label: string]: string } {
    return { [`${this.service.node.id}-job`]: 'true' };
  }

  /** The words of a command, as `bootstrap.py` splits them again. */
  private line(command: readonly string[]): string {
    const odd = command.find((word) => /[\s'"\\]/.test(word) || word === '');
    if (odd === undefined) return command.join(' ');
    throw new Error(`${this.node.path}: the word ${JSON.stringify(odd)} of a command has a blank or a quote in it`);
  }

  /** The passwords are the chart's, so that they are in its Secret. */
  private needsOf(props: CommandProps): CommandProps {
    for (const password of props.secrets ?? []) this.service.password(password);
    return { ...props, files: [...this.props.files, ...(props.files ?? [])] };
  }

  /** Passwords that a pod reads. */
  private secretsOf({ commands, admin }: Omit<Run, 'args'>): string[] {
    const own = commands.flatMap(({ files = [], secrets = [] }) => [...files.flatMap((f) => f.secrets), ...secrets]);
    return unique([this.props.database.passwordName, ...own, ...(admin ? [ADMIN_PASSWORD] : [])]).sort();
  }

  private job(): Manifest<Job> {
    const run = { ...this.bootstrapRun, args: [`--fingerprint=${this.fingerprint}`, ...this.stepArgs] };
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: this.service.metadata('bootstrap', this.jobName),
      // Tried again for as long as it takes: what the steps need may come later.
      spec: { backoffLimit: MAX_INT32, template: this.pod(run) },
    };
  }

  private cronJob(run: Run): KubeObject<CronJob> {
    const manifest = (): Manifest<CronJob> => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: this.service.metadata(run.component),
      spec: {
        suspend: true,
        schedule: '0 0 1 1 *',
        jobTemplate: { spec: { backoffLimit: 3, template: this.pod(run) } },
      },
    });
    return new KubeObject<CronJob>(this, run.component, manifest);
  }

  private pod(run: Run) {
    const { user, values, database, image } = this.props;
    const files = filesOf(run);
    const env = Object.entries(envOf(run)).map(([name, value]) => ({ name, value }));
    const clientLabels = this.connections.flatMap((connection) => Object.entries(connection.clientLabels ?? {}));
    const container = helperContainer({
      name: run.component,
      image: this.service.image(image),
      command: ['python3', `${SOURCE}/${PROGRAM}`],
      args: [
        `--database=${database.address}`,
        ...(run.admin ? [when(global.database.create, `--admin=${global.database.adminUser}`)] : []),
        ...run.args,
      ],
      ...(env.length > 0 && { env }),
      resources: values.resources,
      volumeMounts: [
        { name: 'source', mountPath: SOURCE, readOnly: true },
        { name: 'secrets', mountPath: SECRETS, readOnly: true },
        ...fileMounts(files),
        writableMount,
      ],
    });
    return servicePod(this.service, {
      component: run.component,
      image: this.service.image(image),
      user,
      files,
      labels: { ...this.jobLabel, ...Object.fromEntries(clientLabels) },
      secrets: this.secretsOf(run),
      programs: true,
      downward: { file: 'labels', field: 'metadata.labels' },
      placement: values,
      containers: [container],
      pod: { restartPolicy: 'OnFailure' },
    });
  }
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];
const filesOf = ({ commands }: Omit<Run, 'args'>): ConfigFile[] => unique(commands.flatMap(({ files = [] }) => files));
const envOf = ({ commands }: Omit<Run, 'args'>): Record<string, string> =>
  Object.assign({}, ...commands.map(({ env }) => env)) as Record<string, string>;
