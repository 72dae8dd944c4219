import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_NETWORK } from '../lib/kubernetes/host';
import type { HostPath, Privileges } from '../lib/kubernetes/host';
import { hostAgentsOf } from '../lib/openstack/host-agent';
import { cloudOf } from './support/clouds';

/**
 * `docs/host-agents.md` says of each host agent what it may do with its node, and why, as its construct has it; that its
 * pods may do just that is policy.test.ts's. With WRITE=1 the list is written anew.
 */
const file = join(__dirname, '..', 'docs', 'host-agents.md');
const HEADING = '## What each may do, and why\n';

const agents = cloudOf()
  .services.flatMap((service) =>
    hostAgentsOf(service).map(({ node, host }) => ({
      name: `${service.node.id}-${node.id}`,
      rights: rightsOf(host.privileges),
    })),
  )
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Each right in an operator's words, with its reason. */
function rightsOf({ root, privileged, capabilities = {}, hostPID, hostIPC, paths }: Privileges): [string, string][] {
  const whole = Object.entries({
    root,
    'privileged: all capabilities, all devices': privileged,
    'processes of the node (`hostPID`)': hostPID,
    'shared memory of the node (`hostIPC`)': hostIPC,
  }).flatMap(([right, why]): [string, string][] => (why === undefined ? [] : [[right, why]]));
  return [
    ...whole,
    ...Object.entries(capabilities).map(([name, why]): [string, string] => [`capability ${name}`, why]),
    ...Object.entries(paths).map(([path, of]): [string, string] => [placeOf(path, of), of.why]),
  ];
}

function placeOf(path: string, { node, readOnly, shared, type }: HostPath): string {
  const notes = [
    ...(node === undefined ? [] : [`on the node \`${node}\``]),
    ...(type === 'CharDevice' ? ['a device'] : []),
    ...(readOnly ? ['to read'] : []),
    ...(shared ? ['with what either mounts there'] : []),
  ];
  return [`\`${path}\``, ...notes].join(', ');
}

const list = agents
  .map(({ name, rights }) =>
    [`### ${name}`, '', '| | |', '| --- | --- |', ...rights.map(([right, why]) => `| ${right} | ${why} |`), ''].join(
      '\n',
    ),
  )
  .join('\n');

test('docs/host-agents.md lists the rights of all host agents', () => {
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf('\n### ', text.indexOf(HEADING));
  const intro = from < 0 ? `${text}\nAll are on the network of their node. ${HOST_NETWORK}\n` : text.slice(0, from);
  const wanted = `${intro}\n${list}`;
  if (process.env['WRITE'] === '1') writeFileSync(file, wanted);
  expect(readFileSync(file, 'utf8')).toBe(wanted);
  expect(intro).toContain(HOST_NETWORK);
});

test.each(agents)('each right of $name has a reason that is a sentence', ({ rights }) => {
  expect(rights.length).toBeGreaterThan(0);
  expect(rights.filter(([, why]) => !/^\S.*\s.*\.$/.test(why))).toEqual([]);
});
