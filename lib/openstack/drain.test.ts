import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf } from '../../test/support/batch';
import { drain, longestDrain } from './drain';

/** What the kernel says of a socket that listens on port 5000, with so many in its queue, and of one that is connected. */
const socketsOf = (queue: string): string =>
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:${queue} 00:00000000 00000000     0        0 8016 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1388 0100007F:D2A4 01 00000000:000000FF 00:00000000 00000000     0        0 8021 1 0000000000000000 20 4 30 10 -1
`;
const sockets = join(folderOf([]), 'tcp');

/** Seconds that it takes while clients wait for so long. */
async function secondsWith(waiting: number): Promise<number> {
  writeFileSync(sockets, socketsOf(waiting > 0 ? '00000003' : '00000000'));
  const began = Date.now();
  const [program, ...args] = drain(1, sockets);
  const taken = setTimeout(() => writeFileSync(sockets, socketsOf('00000000')), waiting * 1000);
  await once(spawn(program!, args), 'close');
  clearTimeout(taken);
  return (Date.now() - began) / 1000;
}

test('a server that nobody waits for ends after the seconds, whoever is connected', async () => {
  expect(await secondsWith(0)).toBeGreaterThanOrEqual(1);
});

test('a server ends only when those are taken who have come', async () => {
  expect(await secondsWith(3)).toBeGreaterThanOrEqual(3);
});

test('it does not take for ever', () => expect(longestDrain(5)).toBe(25));
