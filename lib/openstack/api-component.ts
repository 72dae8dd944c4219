import { z } from 'zod';
import { IniFile, IniOverrides, IniSections } from '../config/ini-file';
import { Handles, Value } from '../values/value';
import { HttpComponent, HttpComponentProps, HttpValues, httpValues } from './http-component';
import { Service } from './service';

const processes = () => z.int().min(1).default(2).describe('Requests that each pod serves at the same time.');

/** The values of an API, without its port: `group({ ...apiValues(), port: port().default(9292) })`. */
export const apiValues = (resources?: Parameters<typeof httpValues>[0]) => {
  const { replicas, ...others } = httpValues(resources);
  return { replicas, processes: processes(), ...others };
};

/** The handles of `apiValues()`. */
export type ApiValues = HttpValues & Handles<{ processes: number }>;

export interface ApiComponentProps extends Omit<
  HttpComponentProps,
  'command' | 'probes' | 'drainSeconds' | 'stopSeconds'
> {
  readonly values: ApiValues;
  /** The WSGI application: `module:callable`. */
  readonly wsgi: string;
  /** A path that answers 200 without a token. */
  readonly probe: string;
  /** Options for uwsgi besides those that all APIs have. */
  readonly uwsgiOptions?: IniSections[string];
  /** The user's options for uwsgi. */
  readonly uwsgi?: Value<IniOverrides>;
  /**
   * Requests may take hours: with all of its processes busy the API is not ready, but lives for as long as it takes
   * connections. Default: false.
   */
  readonly longRequests?: boolean;
}

/** An HTTP API under uwsgi. */
export class ApiComponent extends HttpComponent {
  constructor(scope: Service, id: string, props: ApiComponentProps) {
    const configFile = `/etc/${scope.node.id}/${scope.node.id}-${id}-uwsgi.ini`;
    const check = { httpGet: { path: props.probe, port: 'http' } };
    const alive = props.longRequests ? { tcpSocket: { port: 'http' } } : check;
    super(scope, id, {
      ...props,
      command: ['uwsgi', '--ini', configFile],
      files: [...(props.files ?? []), uwsgiFile(scope, id, configFile, props)],
      probes: {
        startupProbe: { ...check, periodSeconds: 2, timeoutSeconds: 10, failureThreshold: 90 },
        readinessProbe: { ...check, periodSeconds: 5, timeoutSeconds: 10 },
        // Patient: a busy API is not a broken one.
        livenessProbe: { ...alive, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
      },
      // Load balancers and kube-proxy learn of the end before uwsgi does, which then finishes its requests.
      drainSeconds: 5,
      stopSeconds: 60,
    });
  }
}

/** uwsgi as Kolla-Ansible runs it: requests are finished before a process stops, a broken application ends it. */
function uwsgiFile(
  scope: Service,
  id: string,
  path: string,
  { values, port, wsgi, uwsgi, uwsgiOptions }: ApiComponentProps,
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
        ...uwsgiOptions,
      },
    },
  });
}
