import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigFile } from '../config/config-file';
import { SECRETS, SOURCE } from '../kolla/prepare';
import { KollaUser } from '../kolla/users';
import { KubeObject, ManifestBody } from '../kubernetes/kube-object';
import { PodNetworkPolicy, clientLabelsOf, egressTo } from '../kubernetes/network-policy';
import { release } from '../kubernetes/service-chart';
import { PlacementValues, ResourceValues, placement, resources } from '../kubernetes/values';
import { onlyIf } from '../values/condition';
import { Reference, walk } from '../values/expression';
import { digest, json, named } from '../values/named';
import { group } from '../values/types';
import { Node, treeOf, visitExpressions } from '../values/tree';
import { Value, When, choose, isSet, when } from '../values/value';
import { commandLine } from './command-line';
import { ServiceConnection, filesOf as filesOfConnections, partsOf, unique } from './connection';
import { Database, databaseCa } from './database';
import { global } from './global';
import type { Endpoints, IdentityRegistration } from './identity';
import { commonEgress } from './network';
import { PREPARE_AND_WAIT, addPrepare, fileMounts, helperContainer, servicePod, writableMount } from './pod';
import { Service } from './service';

/** The values declaration of a bootstrap. */
export const bootstrapValues = () =>
  group({ resources: resources('20m', '192Mi', '1Gi'), ...placement }).describe(
    'The Job that prepares the database, and the operations.',
  );

export interface BootstrapProps {
  readonly image: string;
  readonly user: KollaUser;
  /** The database that holds the markers. */
  readonly database: Database;
  /** Databases of the service besides that one. They are created with it. */
  readonly also?: readonly Database[];
  /** The handles of `bootstrapValues()`. */
  readonly values: PlacementValues & ResourceValues;
  /** What every command reads. */
  readonly files: readonly ConfigFile[];
  /** What the steps talk to, besides the database. */
  readonly connections?: readonly ServiceConnection[];
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
/** The 31st of February, for somebody may take `suspend` away. */
const NEVER = '0 0 31 2 *';

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
  /** Programs of the chart that steps run. */
  private readonly programs: string[] = [];
  private readonly connections: ServiceConnection[];
  /** Until another step is added. */
  private knownFingerprint: Value<string> | undefined;

  constructor(
    scope: Service,
    id: string,
    private readonly props: BootstrapProps,
  ) {
    super(scope, id);
    this.service = scope;
    this.connections = [props.database, ...(props.also ?? []), ...(props.connections ?? [])];
    addPrepare(scope, undefined, PREPARE_AND_WAIT);
    scope.script(join(__dirname, 'scripts', PROGRAM));
    scope.password(ADMIN_PASSWORD, global.database.create);
    new KubeObject<Job>(this, 'job', { apiVersion: 'batch/v1', kind: 'Job' }, () => this.job());
    const policy = new PodNetworkPolicy(this, 'networkpolicy', () => ({
      ...scope.metadata(id),
      selector: this.jobLabel,
      egress: [...commonEgress(), ...egressTo(this.connections)],
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
    this.stepArgs.push(`${option}=${commandLine(this.service, command)}`);
    this.steps.push(this.needsOf(props));
    this.knownFingerprint = undefined;
    this.programs.push(...programsIn(command));
    return this;
  }

  /** Adds the step that registers the service in Keystone: in the catalog, with its user and its endpoints. */
  register(registration: IdentityRegistration, endpoints: Endpoints): this {
    this.connections.push(registration);
    return this.step(registration.command, { files: [registration.file(endpoints)] });
  }

  /** Adds a suspended CronJob, run with `kubectl create job --from=cronjob/<service>-<name> <any name>`. */
  operation(name: string, command: readonly string[], props: CommandProps = {}): this {
    const args = [`--run=${commandLine(this.service, command)}`];
    this.cronJob({ component: name, args, commands: [this.needsOf(props)], admin: false });
    return this;
  }

  /** The name of the Job. */
  get jobName(): string {
    return `${this.service.node.id}-bootstrap-${this.fingerprint}`;
  }

  /** Arguments of `prepare` in pods that wait for the bootstrap. */
  get waitArgs(): (string | When<string>)[] {
    const job = [`--job=${this.jobName}`, `--namespace=${release.namespace}`];
    return [`--wait-for=${this.fingerprint}`, `--database=${this.props.database.address}`, databaseCa, ...job];
  }

  /** What `prepare` sees for that. */
  get waitMounts() {
    return partsOf([this.props.database]).flatMap(({ mounts }) => mounts);
  }

  /** Passwords that `prepare` needs for that. */
  get waitSecrets(): string[] {
    return [this.props.database.passwordName];
  }

  /**
   * Ten hexadecimal digits that change with all that the Job is made of, for a Job's template cannot change: the
   * template as it is written, every value that it uses, and what the pod reads (files, programs, passwords).
   */
  private get fingerprint(): Value<string> {
    return (this.knownFingerprint ??= this.findFingerprint());
  }

  private findFingerprint(): Value<string> {
    const run = { ...this.bootstrapRun, args: this.stepArgs };
    const template = treeOf(this.pod(run));
    const written = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 16);
    const parts = [
      `${written} ${this.service.scriptsDigest([PROGRAM, ...PREPARE_AND_WAIT, ...this.programs])}`,
      ...referencesIn(template).map(textOf),
      ...filesOf(run).map(({ content, test }) => (test ? `${when(test, `${content}`)}` : content)),
      this.service.passwordDigest(this.secretsOf(run)),
    ];
    return named('bootstrap.fingerprint', digest(parts, 10));
  }

  private get bootstrapRun(): Omit<Run, 'args'> {
    return { component: 'bootstrap', commands: this.steps, admin: true };
  }

  private get jobLabel(): { readonly [label: string]: string } {
    return { [`${this.service.node.id}-job`]: 'true' };
  }

  /** The passwords are the chart's, so that they are in its Secret. */
  private needsOf(props: CommandProps): CommandProps {
    for (const password of props.secrets ?? []) this.service.password(password);
    const files = [...this.props.files, ...filesOfConnections(this.connections), ...(props.files ?? [])];
    return { ...props, files };
  }

  /** Passwords that a pod reads. */
  private secretsOf({ commands, admin }: Omit<Run, 'args'>): string[] {
    const own = commands.flatMap(({ files = [], secrets = [] }) => [...files.flatMap((f) => f.secrets), ...secrets]);
    const { database, also = [] } = this.props;
    const users = [database, ...(admin ? also : [])].map(({ passwordName }) => passwordName);
    return unique([...users, ...own, ...(admin ? [ADMIN_PASSWORD] : [])]).sort();
  }

  private job(): ManifestBody<Job> {
    const run = { ...this.bootstrapRun, args: [`--fingerprint=${this.fingerprint}`, ...this.stepArgs] };
    return {
      metadata: this.service.metadata('bootstrap', this.jobName),
      // Tried again for as long as it takes: what the steps need may come later.
      spec: { backoffLimit: MAX_INT32, template: this.pod(run) },
    };
  }

  private cronJob(run: Run): KubeObject<CronJob> {
    return new KubeObject<CronJob>(this, run.component, { apiVersion: 'batch/v1', kind: 'CronJob' }, () => ({
      metadata: this.service.metadata(run.component),
      spec: {
        suspend: true,
        schedule: NEVER,
        jobTemplate: { spec: { backoffLimit: 3, template: this.pod(run) } },
      },
    }));
  }

  private pod(run: Run) {
    const { user, values, database, also = [], image } = this.props;
    const files = filesOf(run);
    const parts = partsOf(this.connections);
    const env = Object.entries(envOf(run)).map(([name, value]) => ({ name, value }));
    const container = helperContainer({
      name: run.component,
      image: this.service.image(image),
      command: ['python3', `${SOURCE}/${PROGRAM}`],
      args: [
        `--database=${database.address}`,
        databaseCa,
        ...(run.admin ? [when(global.database.create, `--admin=${global.database.adminUser}`)] : []),
        ...(run.admin ? also.map(({ address }) => `--also=${address}`) : []),
        ...run.args,
      ],
      ...(env.length > 0 && { env }),
      resources: values.resources,
      volumeMounts: [
        { name: 'source', mountPath: SOURCE, readOnly: true },
        { name: 'secrets', mountPath: SECRETS, readOnly: true },
        ...fileMounts(files),
        ...parts.flatMap(({ mounts }) => mounts),
        writableMount,
      ],
    });
    return servicePod(this.service, {
      component: run.component,
      image: this.service.image(image),
      user,
      files,
      parts,
      labels: { ...this.jobLabel, ...clientLabelsOf(this.connections) },
      secrets: this.secretsOf(run),
      programs: true,
      downward: { file: 'labels', field: 'metadata.labels' },
      placement: values,
      containers: [container],
      pod: { restartPolicy: 'OnFailure' },
    });
  }
}

const filesOf = ({ commands }: Omit<Run, 'args'>): ConfigFile[] => unique(commands.flatMap(({ files = [] }) => files));
/** Jobs have no way to the broker: without this, one whose service sends notifications would wait for it for ever. */
const SILENT = { OS_OSLO_MESSAGING_NOTIFICATIONS__DRIVER: 'noop' };

/** The environment of all commands: they run in one container. */
function envOf({ component, commands }: Omit<Run, 'args'>): Record<string, string> {
  const env: Record<string, string> = commands.length > 0 ? { ...SILENT } : {};
  for (const [name, value] of commands.flatMap((command) => Object.entries(command.env ?? {}))) {
    if (Object.hasOwn(env, name) && env[name] !== value) {
      throw new Error(`${component}: two commands want different values of the variable ${name}`);
    }
    env[name] = value;
  }
  return env;
}

const programsIn = (command: readonly string[]): string[] =>
  command.filter((word) => word.startsWith(`${SOURCE}/`)).map((word) => word.slice(SOURCE.length + 1));

/** Every value that a tree uses, by its path. */
function referencesIn(tree: Node): Reference[] {
  const references = new Map<string, Reference>();
  visitExpressions(tree, (e) => {
    walk(e, (part) => {
      if (part.op === 'reference' && !part.root.startsWith('$'))
        references.set([part.root, ...part.path].join('.'), part);
    });
  });
  return [...references].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reference]) => reference);
}

function textOf(reference: Reference): Value<string> {
  const value = new Value<string>(reference);
  return reference.optional && reference.kind === 'integer' ? choose(isSet(value), json(value), '') : json(value);
}
