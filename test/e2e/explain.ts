// What there is to know of a cloud that is not as it should be.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReady, restartsOf, type OpenStack, type Pod } from './openstack';

const LINES = 25;

/**
 * Writes events, descriptions and logs of clouds to a folder, whole, and gives what matters of them: the last events,
 * and the end of the logs of pods that are not ready or were started again.
 */
export async function explain(clouds: readonly OpenStack[], folder: string): Promise<string> {
  const said: string[] = [];
  for (const cloud of clouds) {
    const { kubernetes, namespace } = cloud;
    const of = (...args: string[]) => kubernetes.kubectl([...args, '--namespace', namespace]).catch(String);
    const keep = (name: string, text: string): string => {
      mkdirSync(join(folder, namespace), { recursive: true });
      writeFileSync(join(folder, namespace, name), text);
      return text;
    };
    const all = await kubernetes.list<Pod>(namespace, 'pods').catch(() => []);
    said.push(`\n${namespace}:`, keep('pods', await of('get', 'pods,jobs,deployments,statefulsets,pvc', '-o', 'wide')));
    const events = keep('events', await of('get', 'events', '--sort-by=.lastTimestamp'));
    said.push(events.trimEnd().split('\n').slice(-LINES).join('\n'));
    keep('descriptions', await of('describe', 'pods'));
    for (const pod of all) {
      const { name } = pod.metadata;
      // A container that has not begun is no reason to hear nothing of the others.
      const every = ['logs', name, '--all-containers', '--ignore-errors', '--prefix'];
      const logs = keep(`${name}.log`, await of(...every, '--tail=-1'));
      const before = restartsOf(pod) > 0 ? await of(...every, '--previous') : '';
      if (before !== '') keep(`${name}.previous.log`, before);
      const ended = pod.status?.phase === 'Succeeded';
      if (!ended && (!isReady(pod) || before !== ''))
        said.push(`${name}:`, ...logs.trimEnd().split('\n').slice(-LINES));
    }
  }
  return [...said, `Whole: ${folder}`].join('\n');
}
