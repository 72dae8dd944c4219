import { chain } from '../../tools/kolla-recipes/facts';
import type { KollaDistro, KollaFacts, Recipe } from '../../tools/kolla-recipes/facts';
import { DEB, RPM, SYSTEM } from './packages';
import type { PackageTable } from './packages';
import { MODULES, SCRIPTS, brings } from './python';

/** What Debian's images have in PATH, and Rocky's. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Folders of each Linux (source: Filesystem Hierarchy Standard 3.0), in which a path of ours may end. */
const STANDARD = ['/', '/dev', '/etc', '/proc', '/root', '/run', '/tmp', '/usr', '/var', '/var/lib', '/var/run'];

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Of each Linux. */
const ROOT: User = { name: 'root', uid: 0, gid: 0 };

/** What is known of an image of Kolla: its recipe, those of its parents, and the tables of packages. */
export class KollaImage {
  private readonly recipes: readonly Recipe[];
  private readonly known: ReadonlySet<string>;
  /** Where commands are looked for, in order. */
  readonly path: readonly string[];
  readonly users: readonly User[];

  constructor(
    readonly name: string,
    readonly distro: KollaDistro,
    facts: KollaFacts,
  ) {
    this.recipes = chain(facts, name, distro);
    this.users = [ROOT, ...this.recipes.flatMap(({ users = {} }) => Object.entries(users).map(userOf))];
    // The parents' come first, so that `$PATH` is what they have left.
    const paths = this.recipes.flatMap(({ env }) => env?.['PATH'] ?? []).reverse();
    this.path = paths.reduce((before, path) => path.replace('$PATH', before), SYSTEM_PATH).split(':');
    this.known = new Set([...this.packageFiles(), ...this.ownFiles(), ...this.pythonFiles()]);
  }

  /** Whether Kolla has it at all. */
  get exists(): boolean {
    return this.recipes.length > 0;
  }

  /** The image of the distribution below all: `debian:trixie`. */
  get system(): string {
    return this.recipes.at(-1)?.system ?? '';
  }

  /** Those whom it is made to run as: its USER, or else the members of the group `kolla`. */
  get services(): string[] {
    const user = this.recipes.flatMap(({ user: own }) => own ?? [])[0];
    return user === undefined ? this.members : [user];
  }

  /** Users who may call kolla_set_configs. */
  get members(): string[] {
    return [...new Set(this.recipes.flatMap(({ members = [] }) => members))];
  }

  get sudo(): string[] {
    return this.recipes.flatMap(({ sudo = [] }) => sudo);
  }

  /** What kolla_extend_start adds to the command. Of several such files the last one made counts. */
  get addedArguments(): string {
    const own = this.recipes.find(({ files = [] }) => files.includes('/usr/local/bin/kolla_extend_start'));
    return own?.addedArguments ?? '';
  }

  /** The whole path of a command, as PATH finds it. */
  binary(command: string): string | undefined {
    const candidates = command.startsWith('/') ? [command] : this.path.map((folder) => `${folder}/${command}`);
    return candidates.find((candidate) => this.known.has(unmerged(candidate)));
  }

  /** The names of all commands that are known to be there. */
  get binaries(): string[] {
    return [...this.known].filter((file) => /\/s?bin\//.test(file)).map((file) => file.replace(/.*\//, ''));
  }

  /** Whether there is a file or a folder at a path, which may have `*` in it. */
  has(path: string): boolean {
    const wanted = unmerged(path.replace(/\/$/, ''));
    if (STANDARD.includes(wanted) || /^\/(proc|dev)\//.test(wanted)) return true;
    const text = wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*');
    const pattern = new RegExp(`^${text}(/|$)`);
    return this.paths.some((file) => pattern.test(file));
  }

  get paths(): string[] {
    return [...this.known];
  }

  /** Whether a module can be imported by the Python that an interpreter's whole path names. */
  hasModule(module: string, interpreter: string): boolean {
    // pip writes into the virtual environment, and no package of a distribution that brings modules is in our tables.
    if (!this.venvs.some((venv) => interpreter.startsWith(`${venv}/`))) return false;
    const brought = MODULES[module];
    return brought !== undefined && this.pip.some((word) => brings(word, brought.from));
  }

  private get pip(): string[] {
    return this.recipes.flatMap(({ pip = [] }) => pip);
  }

  private get venvs(): string[] {
    return this.recipes.flatMap(({ venvs = [] }) => venvs);
  }

  private ownFiles(): string[] {
    const all = this.recipes.flatMap(({ files = [], directories = [], runs = [] }) => [
      ...files,
      ...directories,
      ...runs,
    ]);
    return all.map((path) => unmerged(path.replace(/\/$/, '')));
  }

  private packageFiles(): string[] {
    if (!this.exists) return [];
    const table = this.distro === 'rocky' ? RPM : DEB;
    // `rabbitmq-server-4.2.*` is a package and its version, as are `openvswitch3.5` and one that the environment says.
    const versions = /(-[\d.]+\*|(?<=^openvswitch)(\d[\d.]*|\$\{\w+\}))$/;
    const names = this.recipes.flatMap(({ packages = [] }) => packages.map((name) => name.replace(versions, '')));
    return [SYSTEM, ...names].flatMap((name) => filesOf(table, name)).map(unmerged);
  }

  private pythonFiles(): string[] {
    const scripts = Object.entries(SCRIPTS).flatMap(([script, { from }]) =>
      this.pip.some((word) => brings(word, from)) ? [script] : [],
    );
    return this.venvs.flatMap((venv) => [...scripts, 'python', 'python3'].map((name) => `${venv}/bin/${name}`));
  }
}

function filesOf(table: PackageTable, name: string): string[] {
  const { files = [], brings: others = [] } = table[name] ?? {};
  return [...files, ...others.flatMap((other) => filesOf(table, other))];
}

/** One name for what has two: /bin and /sbin are links into /usr, /var/run is one to /run. */
const unmerged = (path: string): string =>
  path.replace(/^\/(s?bin)\//, '/usr/$1/').replace(/^\/var\/run(?=\/|$)/, '/run');

function userOf([name, ids]: [string, string]): User {
  const [uid = NaN, gid = NaN] = ids.split(':').map(Number);
  return { name, uid, gid };
}
