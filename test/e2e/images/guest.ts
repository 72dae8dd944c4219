// A disk image for servers of tests: small, quick to boot without KVM, and it tells what it learned from the cloud.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mirror } from '../../pods/root';
import { cached, contentOf, keyOf } from './cache';
import { type Progress, archives, rootLayer, toolsLayer } from './layers';
import { inOverlay } from './process';

const SUITE = 'trixie';
const RECIPE = join(__dirname, 'guest');

/**
 * The path of a qcow2 that boots by BIOS in 128 MiB: Debian's kernel for clouds, busybox and dropbear, in memory alone.
 * As CirrOS: by DHCP it gets its address and MTU, by metadata its name and the key of the user `cirros`, whose password
 * is `gocubsgo`; the key is root's, too. Its serial console has the lines `address: …`, `instance-id: …`, `hostname: …`
 * and at last `ready: …`, and a login. It ends when it is asked to by ACPI.
 *
 * Needs root and Debian's packages; made at the first call, in half a minute.
 */
export async function testGuest(progress: Progress = () => {}): Promise<string> {
  const root = await rootLayer(SUITE, progress);
  const tools = await toolsLayer(root, SUITE, progress);
  const key = keyOf(tools.key, contentOf(RECIPE, join(__dirname, 'network.sh'), join(__dirname, 'overlay.sh')));
  const folder = await cached(`guest-${key}`, async (made) => {
    progress('test guest');
    const out = join(made, 'guest.qcow2');
    const command = ['bash', join(RECIPE, 'build.sh'), mirror(), SUITE, archives(SUITE), out];
    const build = join(made, 'build');
    mkdirSync(build);
    await inOverlay(build, [root.files, tools.files], command);
    rmSync(build, { recursive: true });
  });
  return join(folder, 'guest.qcow2');
}
