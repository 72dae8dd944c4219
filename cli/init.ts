import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../lib/cloud/reason';
import type { PasswordName } from '../lib/kolla/passwords';
import { genpwd } from './genpwd';
import { textOfProfile } from './profiles';
import { modeline } from './schema';

const [CLOUD, SCHEMA, PASSWORDS] = ['cloud.yaml', 'cloud.schema.json', 'passwords.yaml'] as const;

export interface InitOptions {
  /** Where to write. It is made where there is none. */
  readonly folder: string;
  /** Of `profiles()`. */
  readonly profile: string;
  /** The text of the JSON schema of cloud files. */
  readonly schema: string;
  /** The passwords that a cloud of the profile needs. */
  readonly passwords: readonly PasswordName[];
  /** Is handed each line of the report. Default: standard output. */
  readonly print?: (line: string) => void;
}

/**
 * Writes the files of a new cloud: `cloud.yaml`, which is an example to change, its schema, and `passwords.yaml`.
 *
 * Nothing that is there is overwritten; of a file of passwords that is there, all stays, and what is missing is added.
 *
 * @throws an Error for a person where one of the others is there already, with nothing written, or where one cannot be
 */
export function initCloud({ folder, profile, schema, passwords, print = console.log }: InitOptions): void {
  if (folder === '') throw new Error('the folder to write to: found an empty text, the path of a folder is needed');
  const files = new Map([
    [CLOUD, `${modeline(SCHEMA)}\n${textOfProfile(profile)}`],
    [SCHEMA, schema],
  ]);
  const there = [...files.keys()].filter((name) => existsSync(join(folder, name)));
  if (there.length > 0) {
    const paths = there.map((name) => join(folder, name)).join(' and ');
    throw new Error(`${paths}: there already, and left as it is; give another folder with --out, or take it away`);
  }
  const written: string[] = [];
  attempt(folder, () => mkdirSync(folder, { recursive: true }));
  try {
    for (const [name, text] of files) {
      const path = join(folder, name);
      // Fails where another process was quicker.
      const file = attempt(path, () => openSync(path, 'wx'));
      written.push(path);
      attempt(path, () => writeSync(file, text));
      closeSync(file);
    }
    genpwd({ file: join(folder, PASSWORDS), names: passwords, print: () => undefined });
  } catch (error) {
    written.forEach((path) => rmSync(path, { force: true }));
    throw error;
  }
  const [cloud, ours] = [join(folder, CLOUD), join(folder, PASSWORDS)];
  print(`${cloud}: the cloud, as in the profile '${profile}'. What has to be yours in it: names, addresses`);
  print(`${join(folder, SCHEMA)}: by it an editor completes and checks the cloud`);
  print(`${ours}: its passwords, readable by you alone; not for git`);
  print(`\nNext, when you have changed the cloud to what is yours:`);
  print(`  kolla-cdk8s validate -c ${cloud} -c ${ours}`);
  print(`  kolla-cdk8s synth -c ${cloud} -c ${ours}`);
}

function attempt<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new Error(`cannot write ${path}: ${reasonOf(error)}`, { cause: error });
  }
}
