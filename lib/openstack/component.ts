import type { Container, EnvVar, Lifecycle, PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { Construct } from 'constructs';
import { ConfigFile } from '../config/config-file';
import { TextFile } from '../config/text-file';
import { CONFIG_FILES, configJson, start } from '../kolla/start-mode';
import { ContainerUser } from '../kolla/users';
import { KubeObject } from '../kubernetes/kube-object';
import { hostMounts } from '../kubernetes/host';
import { selectorLabels } from '../kubernetes/labels';
import { IngressRule, PodNetworkPolicy, clientLabelsOf, egressTo } from '../kubernetes/network-policy';
import { PodPlacement, env } from '../kubernetes/pod';
import { WorkloadValues } from '../kubernetes/values';
import { onlyIf } from '../values/condition';
import { Templated, Value, all, any, not, when } from '../values/value';
import { commandLine } from './command-line';
import type { Bootstrap } from './bootstrap';
import { ServiceConnection, filesOf, partsOf } from './connection';
import { drain, longestDrain } from './drain';
import { global } from './global';
import { commonEgress } from './network';
import { HostAccess, PodPart, addPrepare, fileMounts, imagePullPolicy, servicePod, writableMount } from './pod';
import { Service } from './service';

/** What an operator sets for the pods of a component. */
export type ComponentValues = Omit<WorkloadValues, keyof PodPlacement> & PodPlacement;

export interface ComponentProps {
  /** One of the chart's images. */
  readonly image: string;
  /** The user of Kolla's image that the service runs as. */
  readonly user: ContainerUser;
  /** The service's own command; no argument with a blank in it. */
  readonly command: readonly string[];
  readonly values: ComponentValues;
  /** Environment variables, besides the user's. */
  readonly env?: readonly Templated<EnvVar>[];
  readonly files?: readonly ConfigFile[];
  readonly parts?: readonly PodPart[];
  /** What it talks to: its network policy lets just that out. Files that a connection needs come with it. */
  readonly connectsTo?: readonly ServiceConnection[];
  readonly ports: { readonly [name: string]: Value<number> | number };
  readonly probes: Pick<Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'> | object;
  /** What is run in it right after its start, and before it is told to stop. Default: with drainSeconds, the drain. */
  readonly lifecycle?: Lifecycle;
  /** Seconds that connections have to move elsewhere before the service is told to stop. Default: 0. */
  readonly drainSeconds?: number;
  /** Seconds that the service has to stop. Default: 30. */
  readonly stopSeconds?: number;
  /** It has a volume that outlives its pods. Default: false. */
  readonly keepsData?: boolean;
  /** Its replicas never share a node. Default: they do if there is no other. */
  readonly apart?: Value<boolean>;
  /** Who may talk to it. */
  readonly ingress: readonly IngressRule[];
  /** The component is there only if this holds. Default: always. */
  readonly test?: Value<boolean>;
  /** It is a host agent: on the node's network, where no network policy holds. */
  readonly host?: HostAccess;
  /** Of a component that there is once for each entry of a map. */
  readonly instance?: Instance;
}

/** One of several components that are alike: for a pool of nodes, or for a cell. */
export interface Instance {
  /** What its objects' names end with. */
  readonly name: Value<string>;
  /** The label that tells its pods from those of the others. */
  readonly label: { readonly [label: string]: string };
}

/** What the objects of a component are called: `<service>-<component>`, or `<service>-<component>-<instance>`. */
export const componentName = (service: Service, id: string, instance: Instance | undefined): string =>
  `${service.node.id}-${id}${instance ? `-${instance.name}` : ''}`;

/** A running part of a service: its pods, how they start, what they talk to. */
export abstract class Component extends Construct {
  readonly name: string;
  protected readonly service: Service;
  protected readonly selector: { readonly [label: string]: string };
  private readonly connections: readonly ServiceConnection[];
  private readonly files: readonly ConfigFile[];
  private readonly parts: readonly PodPart[];
  private readonly configJson: TextFile;
  private bootstrap?: Bootstrap;

  constructor(
    scope: Service,
    id: string,
    protected readonly props: ComponentProps,
    name = componentName(scope, id, props.instance),
  ) {
    super(scope, id);
    this.service = scope;
    this.name = name;
    this.selector = { ...selectorLabels(scope.node.id, id), ...props.instance?.label };
    const kolla = global.startMode.is('kolla');
    const { files = [], parts = [], connectsTo = [] } = props;
    this.connections = connectsTo;
    this.files = [...files, ...filesOf(connectsTo)];
    this.parts = [...parts, ...partsOf(connectsTo)];
    if (this.files.length + this.parts.length > 0) addPrepare(scope, props.host);
    this.configJson = new TextFile(scope, `${id}.json`, {
      path: `${CONFIG_FILES}/config.json`,
      carriedAs: 'config.json',
      component: id,
      ...(props.instance && { suffix: props.instance.name }),
      test: props.test ? all(kolla, props.test) : kolla,
      template: { text: configJson(commandLine(scope, props.command), this.files, props.user) },
    });
    if ((props.user === 'root') !== (props.host?.privileges.root !== undefined)) {
      throw new Error(`${this.node.path}: only a host agent runs as root, and says why in its privileges`);
    }
    if (!props.host) this.addNetworkPolicy();
    if (props.test) onlyIf(this, props.test);
  }

  private addNetworkPolicy(): void {
    const policy = new PodNetworkPolicy(this, 'networkpolicy', () => ({
      ...this.service.metadata(this.node.id, this.name),
      selector: this.selector,
      ingress: this.props.ingress,
      egress: [...commonEgress(), ...egressTo(this.connections)],
    }));
    onlyIf(policy, global.networkPolicy.enabled);
  }

  /** Pods wait until the service's bootstrap has finished. */
  after(bootstrap: Bootstrap): this {
    this.bootstrap = bootstrap;
    return this;
  }

  /** The template of the component's pods. */
  protected podTemplate(): Templated<PodTemplateSpec> {
    const { props, service, bootstrap, files, parts } = this;
    const { values, drainSeconds = 0, stopSeconds = 30, host } = props;
    const draining = drainSeconds > 0 ? { preStop: { exec: { command: drain(drainSeconds) } } } : undefined;
    const lifecycle = props.lifecycle ?? draining;
    const kolla = global.startMode.is('kolla');
    const image = service.image(props.image);
    const started = start({ kolla, command: props.command, ...(host && { privileges: host.privileges }) });
    const own = [...new Set(parts.flatMap((part) => part.mounts))];
    const container = {
      name: this.node.id,
      image,
      imagePullPolicy,
      command: started.command,
      env: [...started.env, ...(props.env ?? []), ...env({}, values.extraEnv)],
      ...(Object.keys(props.ports).length > 0 && {
        ports: Object.entries(props.ports).map(([name, containerPort]) => ({ name, containerPort })),
      }),
      ...props.probes,
      ...(lifecycle && { lifecycle }),
      resources: values.resources,
      securityContext: started.securityContext,
      volumeMounts: [
        ...fileMounts(files).map((mount) => when(not(kolla), mount)),
        when(kolla, { name: 'config', mountPath: CONFIG_FILES, readOnly: true }),
        writableMount,
        when(kolla, { name: 'logs', mountPath: '/var/log/kolla' }),
        ...(host ? hostMounts(host.privileges) : []),
        ...own,
      ],
    };
    return servicePod(service, {
      component: this.node.id,
      image,
      user: props.user,
      files,
      configJson: this.configJson,
      parts,
      labels: { ...props.instance?.label, ...(!host && clientLabelsOf(this.connections)) },
      ...(host && { host }),
      annotations: values.annotations,
      placement: values,
      containers: [container as Templated<Container>],
      // Where kolla_start's programs log to.
      volumes: [when(kolla, { name: 'logs', emptyDir: { sizeLimit: '1Gi' } })],
      pod: {
        ...(!host && { spread: this.selector }),
        terminationGracePeriodSeconds: (drainSeconds > 0 ? longestDrain(drainSeconds) : 0) + stopSeconds,
        ...(props.keepsData && { keepsData: true }),
        ...(props.apart && { apart: props.apart }),
      },
      ...(bootstrap && {
        prepareArgs: bootstrap.waitArgs,
        prepareMounts: bootstrap.waitMounts,
        secrets: bootstrap.waitSecrets,
      }),
    });
  }

  /** At most one pod at a time is taken away on purpose. None for a single pod: it would block the drain of its node. */
  protected budget(replicas: Value<number>): void {
    const budget = new KubeObject<PodDisruptionBudget>(this, 'poddisruptionbudget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: this.service.metadata(this.node.id, this.name),
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: this.selector },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      } as PodDisruptionBudget['spec'],
    } as never);
    onlyIf(budget, not(any(replicas.is(0), replicas.is(1))));
  }
}
