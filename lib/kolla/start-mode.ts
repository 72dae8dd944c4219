import { json } from '../values/named';
import { Value, choose, when } from '../values/value';
import { Privileges } from '../kubernetes/host';
import { containerSecurity } from '../kubernetes/security';

/** Where `kolla_set_configs` reads, and so where the files are under `kolla_start`. */
export const CONFIG_FILES = '/var/lib/kolla/config_files';

/** A file as `config.json` names it. */
export interface DeliveredFile {
  readonly carriedAs: string;
  readonly path: string;
  readonly mode: string;
  /** The file is there only if this holds. */
  readonly test?: Value<boolean>;
}

/** What a container of a service starts as, in both start modes. */
export interface StartProps {
  /** True: `kolla_start`. */
  readonly kolla: Value<boolean>;
  /** The service's own command. Arguments hold no blank. */
  readonly command: readonly string[];
  /** What it may do with its node. Default: nothing. */
  readonly privileges?: Privileges;
}

/** What kolla_set_configs needs, which runs through sudo and writes to the places where the files go. */
const KOLLA_CAPABILITIES = ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'];

/** The command, environment and rights of a container that starts a service. */
export function start({ kolla, command, privileges }: StartProps) {
  return {
    command: when(kolla, ['dumb-init', '--single-child', '--', 'kolla_start'], [...command]),
    env: [
      when(kolla, { name: 'KOLLA_CONFIG_STRATEGY', value: 'COPY_ALWAYS' }),
      // An image's own additions: in Keystone's of 2025.1 an argument for Apache, with which uwsgi does not start.
      when(kolla, { name: 'KOLLA_SKIP_EXTEND_START', value: 'true' }),
    ],
    securityContext: rights(kolla, privileges),
  };
}

function rights(kolla: Value<boolean>, { privileged, capabilities = {} }: Partial<Privileges> = {}) {
  const readOnlyRootFilesystem = choose(kolla, false, true);
  if (privileged) return { privileged: true, readOnlyRootFilesystem };
  const own = Object.keys(capabilities).sort();
  const all = [...new Set([...own, ...KOLLA_CAPABILITIES])].sort();
  return {
    allowPrivilegeEscalation: kolla,
    readOnlyRootFilesystem,
    capabilities: {
      drop: containerSecurity.capabilities.drop,
      add: own.length > 0 ? when<string[]>(kolla, all, own) : when<string[]>(kolla, all),
    },
  };
}

/** The text of `config.json`: the command, and where each file goes. */
export function configJson(command: string, files: readonly DeliveredFile[], owner: string): string {
  const entries = files.map(({ carriedAs, path, mode, test }) => ({
    source: `${CONFIG_FILES}/${carriedAs}`,
    dest: path,
    owner,
    perm: mode,
    ...(test && { optional: true }),
  }));
  const list = JSON.stringify(entries, null, 2).replace(/\n/g, '\n  ');
  return `{\n  "command": ${json(command)},\n  "config_files": ${list}\n}\n`;
}
