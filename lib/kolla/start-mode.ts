import { json } from '../values/named';
import { Value, choose, when } from '../values/value';
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
}

/** The command, environment and rights of a container that starts a service. */
export function start({ kolla, command }: StartProps) {
  return {
    command: when(kolla, ['dumb-init', '--single-child', '--', 'kolla_start'], [...command]),
    env: [
      when(kolla, { name: 'KOLLA_CONFIG_STRATEGY', value: 'COPY_ALWAYS' }),
      // An image's own additions: in Keystone's of 2025.1 an argument for Apache, with which uwsgi does not start.
      when(kolla, { name: 'KOLLA_SKIP_EXTEND_START', value: 'true' }),
    ],
    // kolla_set_configs runs through sudo and writes to the places where the files go.
    securityContext: {
      allowPrivilegeEscalation: kolla,
      readOnlyRootFilesystem: choose(kolla, false, true),
      capabilities: {
        drop: containerSecurity.capabilities.drop,
        add: when<string[]>(kolla, ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID']),
      },
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
