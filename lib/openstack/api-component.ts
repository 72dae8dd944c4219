import type { Service as KubeService } from 'kubernetes-types/core/v1';
import { z } from 'zod';
import { IniFile, IniOverrides } from '../config/ini-file';
import { KubeObject } from '../kubernetes/kube-object';
import { release } from '../kubernetes/service-chart';
import { replicas, workload } from '../kubernetes/values';
import { named } from '../values/named';
import { Handles, Value } from '../values/value';
import { ComponentProps } from './component';
import { DeploymentComponent } from './deployment-component';
import { global } from './global';
import { ingressFromClients, ingressFromNodes, ingressFromUsers } from './network';
import { Service } from './service';

/** The values of an API, without its port: `group({ ...apiValues(), port: port().default(9292) })`. */
export const apiValues = ({ cpu = '100m', memory = '256Mi', memoryLimit = '1Gi' } = {}) => ({
  replicas: replicas(1),
  processes: z.int().min(1).default(2).describe('Requests that each pod serves at the same time.'),
  ...workload({ cpu, memory, memoryLimit }),
});

/** The handles of `apiValues()`. */
export type ApiValues = Handles<z.output<z.ZodObject<ReturnType<typeof apiValues>>>>;

export interface ApiComponentProps extends Omit<
  ComponentProps,
  'command' | 'ports' | 'probes' | 'drainSeconds' | 'stopSeconds' | 'ingress'
> {
  readonly values: ApiValues;
  /** The port on which it listens, and which its Service has. */
  readonly port: Value<number>;
  /** The WSGI application: `module:callable`. */
  readonly wsgi: string;
  /** A path that answers 200 without a token. */
  readonly probe: string;
  /** The user's options for uwsgi. */
  readonly uwsgi?: Value<IniOverrides>;
}

/** An HTTP API under uwsgi: a Deployment, a Service, a disruption budget and a network policy. */
export class ApiComponent extends DeploymentComponent {
  private readonly port: Value<number>;

  constructor(scope: Service, id: string, props: ApiComponentProps) {
    const { values, port, probe } = props;
    const configFile = `/etc/${scope.node.id}/${scope.node.id}-${id}-uwsgi.ini`;
    const check = { httpGet: { path: probe, port: 'http' } };
    super(scope, id, {
      ...props,
      command: ['uwsgi', '--ini', configFile],
      ports: { http: port },
      files: [...(props.files ?? []), uwsgiFile(scope, id, configFile, props)],
      probes: {
        startupProbe: { ...check, periodSeconds: 2, timeoutSeconds: 10, failureThreshold: 90 },
        readinessProbe: { ...check, periodSeconds: 5, timeoutSeconds: 10 },
        // Patient: a busy API is not a broken one.
        livenessProbe: { ...check, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
      },
      // Load balancers and kube-proxy learn of the end before uwsgi does, which then finishes its requests.
      drainSeconds: 5,
      stopSeconds: 60,
      ingress: [ingressFromClients(scope.node.id, port), ingressFromNodes(port), ingressFromUsers(port)],
      replicas: values.replicas,
    });
    this.port = port;
    new KubeObject<KubeService>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: scope.metadata(id),
      spec: { selector: this.selector, ports: [{ name: 'http', port, targetPort: 'http' }] },
    });
  }

  /** Where the API is inside the cluster, without a slash at the end. */
  get url(): Value<string> {
    const host = `${this.name}.${release.namespace}.svc.${global.clusterDomain}`;
    return named(`${this.node.id}.url`, `http://${host}:${this.port}`);
  }
}

/** uwsgi as Kolla-Ansible runs it: requests are finished before a process stops, a broken application ends it. */
function uwsgiFile(
  scope: Service,
  id: string,
  path: string,
  { values, port, wsgi, uwsgi }: ApiComponentProps,
): IniFile {
  return new IniFile(scope, `${id}-uwsgi.ini`, {
    path,
    component: id,
    ...(uwsgi && { overrides: uwsgi }),
    sections: {
      uwsgi: {
        'add-header': 'Connection: close',
        'buffer-size': 65535,
        'die-on-term': true,
        'enable-threads': true,
        'hook-master-start': 'unix_signal:15 gracefully_kill_them_all',
        'http-socket': `:${port}`,
        'lazy-apps': true,
        'log-x-forwarded-for': true,
        master: true,
        module: wsgi,
        'need-app': true,
        processes: values.processes,
        'thunder-lock': true,
        'worker-reload-mercy': 60,
      },
    },
  });
}
