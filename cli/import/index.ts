import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Cloud, CloudFindings } from '../../lib/cloud';
import { reasonOf } from '../../lib/cloud/reason';
import { Service } from '../../lib/openstack';
import { JsonMap, pathOf } from '../../lib/values/expression';
import { isMap, valueAt } from '../../lib/values/merge';
import { passwordNamesOf } from '../cloud-options';
import { genpwd } from '../genpwd';
import type { Say } from '../progress';
import { isOfUser, modeline } from '../schema';
import { cloudYaml } from './cloud-yaml';
import { mapComposed, passwordsOf } from './composed';
import { Draft } from './draft';
import { Folder, readFolder } from './folder';
import { ImagesOf, imageVariables, mapImages } from './images';
import { Inventory, readInventory } from './inventory';
import { mapOverrides } from './overrides';
import { mapPools } from './pools';
import { noteRest, reportOf } from './report';
import { mapSimple } from './simple';
import { Variables, textOf } from './variables';

export interface ImportOptions {
  /** Kolla-Ansible's configuration folder. */
  readonly from: string;
  /** Where cloud.yaml, its schema and passwords.yaml are written to. It is made where there is none. */
  readonly to: string;
  /** An inventory in INI form: which nodes there are, and what they do. */
  readonly inventory?: string;
  /** A cloud of all services, which judges what comes out. */
  readonly cloud: Cloud;
  /** The text of the JSON schema of cloud files. */
  readonly schema: string;
  /** Is told what is done at the moment. */
  readonly say?: Say;
}

const [CLOUD, SCHEMA, PASSWORDS] = ['cloud.yaml', 'cloud.schema.json', 'passwords.yaml'] as const;

/**
 * Makes a cloud file, with its schema, and a file of passwords of a configuration folder of Kolla-Ansible.
 *
 * @returns lines that say what was written, what was not taken over and why, and what is to be done
 * @throws Error for a person, before anything is written: a folder that is none, broken or encrypted files, files that
 *   are there already
 */
export function importKollaAnsible({ from, to, inventory: inventoryFile, cloud, ...options }: ImportOptions): string[] {
  const { schema, say = () => undefined } = options;
  say(`reading ${from}`);
  const folder = readFolder(from);
  const ofUser = [CLOUD, PASSWORDS].map((name) => join(to, name)).filter((file) => existsSync(file));
  const taken = [...ofUser, ...[join(to, SCHEMA)].filter(isOfUser)];
  if (taken.length > 0)
    throw new Error(`${taken.join(' and ')}: found what is never overwritten, a folder without is needed (-o)`);
  const inventory = inventoryFile === undefined ? undefined : readInventory(inventoryFile);
  const variables = new Variables(folder.variables);
  say('making values, and judging them');
  const draft = draftOf(folder, variables, inventory, cloud);
  const said: string[] = [];
  const temporary = mkdtempSync(join(tmpdir(), 'kolla-cdk8s-import-'));
  try {
    writeFileSync(join(temporary, CLOUD), cloudYaml(draft, headerOf(from)));
    writeFileSync(join(temporary, SCHEMA), schema);
    say('making passwords and keys');
    writePasswords(join(temporary, PASSWORDS), folder, variables, cloud, (line) =>
      said.push(line.replaceAll(`${temporary}/`, to === '.' ? '' : `${to}/`)),
    );
    moveAll(temporary, to);
  } finally {
    rmSync(temporary, { recursive: true });
  }
  return [
    `${join(to, CLOUD)}: ${draft.comments.length} values`,
    `${join(to, SCHEMA)}: by it an editor completes and checks them`,
    ...passwordLines(said),
    ...reportOf(draft.notes),
  ];
}

function draftOf(folder: Folder, variables: Variables, inventory: Inventory | undefined, cloud: Cloud): Draft {
  const draft = new Draft();
  const sources = { variables, draft, inventory };
  const defaults = new Map(cloud.services.map(({ model }) => [model.chart, model.defaults]));
  const images = imagesOf(cloud);
  mapSimple(variables, draft, ([first = '', ...path]) =>
    first === 'global' ? valueAt(defaults.get('keystone'), ['global', ...path]) : valueAt(defaults.get(first), path),
  );
  mapComposed(sources);
  const computes = mapPools(sources);
  mapImages(variables, draft, images);
  mapOverrides(folder.overrides, {
    draft,
    variables,
    release: textOf(draft.get(['global', 'release']) ?? ''),
    computes,
  });
  for (const name of imageVariables(images)) variables.get(name);
  if (folder.passwords === undefined) {
    draft.note(
      'toDo',
      'passwords.yaml',
      'there is no passwords.yml, so all passwords are new: a cloud that runs has others',
    );
  }
  takeOutRefused(draft, cloud);
  noteRest(variables, draft);
  return draft;
}

/** The images of each service. */
const imagesOf = (cloud: Cloud): ImagesOf =>
  Object.fromEntries(
    cloud.services.flatMap((service) => {
      const images = service.model.defaults['images'];
      return service instanceof Service && isMap(images) ? [[service.model.chart, Object.keys(images)]] : [];
    }),
  );

/** What `validate` says of the draft; passwords come later, so that they are missing is no problem. */
function problemsOf(draft: Draft, cloud: Cloud): CloudFindings['problems'] {
  return cloud
    .findings([draft.values, { global: { passwords: { existingSecret: 'passwords' } } }])
    .problems.filter(({ path }) => path[1] !== 'passwords' && !path.includes('passwords'));
}

/** A value that is refused is taken out, and listed with its reason. What is missing is to be given. */
function takeOutRefused(draft: Draft, cloud: Cloud): void {
  for (let problems = problemsOf(draft, cloud); problems.length > 0; problems = problemsOf(draft, cloud)) {
    const before = draft.comments.length;
    for (const { path, message } of problems) {
      const names = path.map(String);
      const from = message.startsWith('is required') ? undefined : draft.take(names);
      if (from === undefined) draft.note('toDo', pathOf(names), message);
      else draft.note('refused', from, `${pathOf(names)}: ${message}`);
    }
    if (draft.comments.length === before) return;
  }
}

const headerOf = (from: string): string =>
  [
    modeline(SCHEMA),
    `# From Kolla-Ansible's folder ${basename(resolve(from))}: what a value is from stands beside it. Passwords are in passwords.yaml.`,
    '# Check it with: kolla-cdk8s validate -c cloud.yaml -c passwords.yaml',
    '',
  ].join('\n');

function writePasswords(
  file: string,
  { passwords }: Folder,
  variables: Variables,
  cloud: Cloud,
  print: (line: string) => void,
): void {
  const own: JsonMap = passwordsOf(variables);
  if (Object.keys(own).length > 0)
    writeFileSync(file, stringify(own, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }), {
      mode: 0o600,
    });
  genpwd({ file, names: passwordNamesOf(cloud), print, ...(passwords !== undefined && { from: passwords }) });
}

/** All files or none, and never over one that is there, but for a schema of ours: as a whole, and when the rest is. */
function moveAll(from: string, to: string): void {
  const done: string[] = [];
  const fresh = join(to, `.${basename(from)}`);
  let file = to;
  try {
    mkdirSync(to, { recursive: true });
    for (const name of [CLOUD, PASSWORDS]) {
      file = join(to, name);
      copyFileSync(join(from, name), file, constants.COPYFILE_EXCL);
      done.push(file);
    }
    file = join(to, SCHEMA);
    copyFileSync(join(from, SCHEMA), fresh, constants.COPYFILE_EXCL);
    done.push(fresh);
    renameSync(fresh, file);
  } catch (error) {
    done.forEach((path) => rmSync(path));
    throw new Error(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** What `genpwd` says, with numbers where it has names. */
function passwordLines(said: readonly string[]): string[] {
  const names = said.filter((line) => line.startsWith('  '));
  const taken = names.filter((line) => line.includes(', from ')).length;
  const lines = said.filter((line) => !line.startsWith('  ')).map((line) => line.replace(/:$/, ''));
  return [
    ...lines.slice(0, -1),
    ...lines.slice(-1).map((line) => `${line}: ${taken} taken over, ${names.length - taken} new`),
  ];
}
