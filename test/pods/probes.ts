// Probes and hooks of containers, asked from the node as kubelet asks them.
import type { Container, LifecycleHandler, Probe } from 'kubernetes-types/core/v1';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Node, Result } from './node';

/** What is asked. */
export interface Asked {
  readonly node: Node;
  readonly container: Container;
  readonly ip: string;
  exec(command: readonly string[], seconds: number): Promise<Result>;
}

/** Why a probe or a hook has failed; nothing where it has not. */
export async function ask(asked: Asked, probe: Probe & LifecycleHandler, seconds: number): Promise<string | undefined> {
  const { node, container, ip } = asked;
  const { exec, httpGet, tcpSocket } = probe;
  const portOf = (port: string | number): string =>
    String(container.ports?.find(({ name }) => name === port)?.containerPort ?? port);
  if (exec) {
    const { code, stdout, stderr } = await asked.exec(exec.command ?? [], seconds);
    return code === 0 ? undefined : `exit code ${code}: ${stdout}${stderr}`.trim();
  }
  if (httpGet) {
    const { host = ip, path = '/', port, scheme = 'HTTP', httpHeaders = [] } = httpGet;
    const headers = httpHeaders.flatMap(({ name, value }) => ['--header', `${name}: ${value}`]);
    const options = ['--silent', '--show-error', '--insecure', '--max-time', String(seconds), '--output', '/dev/null'];
    const url = `${scheme.toLowerCase()}://${host}:${portOf(port)}${path}`;
    const { stdout, stderr } = await node.try(['curl', ...options, '--write-out', '%{http_code}', ...headers, url]);
    return /^[23]..$/.test(stdout) ? undefined : `GET ${url}: ${stdout} ${stderr}`.trim();
  }
  if (tcpSocket) {
    const open = 'exec 3<>"/dev/tcp/$0/$1"';
    const to = [tcpSocket.host ?? ip, portOf(tcpSocket.port)];
    const { code, stderr } = await node.try(['timeout', String(seconds), 'bash', '-c', open, ...to]);
    return code === 0 ? undefined : `${to.join(':')}: ${stderr.trim() || 'timeout'}`;
  }
  throw new Error(`container ${container.name}: a probe of a kind that is not known here`);
}

/** What becomes of a container by its probes. */
export interface Verdicts {
  started(): void;
  ready(is: boolean, why?: string): void;
  /** It is to be ended: it did not start in time, or is not alive. */
  dead(why: string): void;
}

/**
 * Asks the probes of a container until `signal`. As kubelet does it, but for one thing, which makes tests faster: what
 * has not held yet is asked each second. A startup probe still has its time, failureThreshold × periodSeconds.
 */
export async function watch(asked: Asked, verdicts: Verdicts, signal: AbortSignal): Promise<void> {
  const { startupProbe, livenessProbe, readinessProbe } = asked.container;
  try {
    if (startupProbe) {
      const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1 } = startupProbe;
      await wait(initialDelaySeconds, signal);
      const latest = Date.now() + failureThreshold * periodSeconds * 1000;
      for (;;) {
        const why = await ask(asked, startupProbe, timeoutSeconds);
        if (why === undefined) break;
        if (signal.aborted) return;
        signal.throwIfAborted();
        if (Date.now() >= latest) {
          verdicts.dead(`startup probe: ${why}`);
          return;
        }
        await wait(Math.min(1, periodSeconds), signal);
      }
    }
    signal.throwIfAborted();
    verdicts.started();
    if (!readinessProbe) verdicts.ready(true);
    await Promise.all([
      readinessProbe && keepAsking(asked, readinessProbe, signal, false, (is, why) => verdicts.ready(is, why)),
      livenessProbe &&
        keepAsking(asked, livenessProbe, signal, true, (alive, why = '') => {
          if (!alive) verdicts.dead(`liveness probe: ${why}`);
        }),
    ]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Tells each change of what a probe finds. */
async function keepAsking(
  asked: Asked,
  probe: Probe,
  signal: AbortSignal,
  was: boolean,
  tell: (holds: boolean, why?: string) => void,
): Promise<void> {
  const { initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 } = probe;
  const { successThreshold = 1, failureThreshold = 3 } = probe;
  await wait(initialDelaySeconds, signal);
  for (let [holds, streak] = [was, 0]; ;) {
    const why = await ask(asked, probe, timeoutSeconds);
    if (signal.aborted) return;
    streak = (why === undefined) === holds ? 0 : streak + 1;
    if (streak >= (holds ? failureThreshold : successThreshold)) {
      [holds, streak] = [!holds, 0];
      tell(holds, why);
    }
    await wait(holds ? periodSeconds : Math.min(1, periodSeconds), signal);
  }
}

const wait = (seconds: number, signal: AbortSignal): Promise<void> => sleep(seconds * 1000, undefined, { signal });
