/** Releases of OpenStack, with the version of Kolla that builds each (source: Kolla's tags, `20.0.0` is 2025.1). */
export const KOLLA = { '2025.1': '20', '2026.1': '22' } as const;
export type KollaRelease = keyof typeof KOLLA;

export const KOLLA_DISTROS = ['debian', 'ubuntu', 'rocky'] as const;
export type KollaDistro = (typeof KOLLA_DISTROS)[number];

/** What one image's own recipe adds to its parent. All lists are sorted. */
export interface Recipe {
  /** The image of Kolla that it is made from; without one it is made from `system`. */
  readonly parent?: string;
  /** An image of the distribution: `debian:trixie`. */
  readonly system?: string;
  /** Whom it runs as. Without one, as its parent. */
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: { readonly [variable: string]: string };
  /** Packages of the distribution. */
  readonly packages?: readonly string[];
  /** What pip installs: distributions with their extras, and `/keystone[ldap]` for a folder of sources. */
  readonly pip?: readonly string[];
  /** Virtual environments: what pip installs goes to the one in PATH. */
  readonly venvs?: readonly string[];
  /** Where files go that the recipe brings. */
  readonly files?: readonly string[];
  readonly directories?: readonly string[];
  /** What the recipe itself runs by an absolute path: so it is there. */
  readonly runs?: readonly string[];
  /** Users that it makes, each `uid:gid`. */
  readonly users?: { readonly [name: string]: string };
  /** Users whom it makes members of the group `kolla`, who may call kolla_set_configs through sudo. */
  readonly members?: readonly string[];
  /** Commands that members of the group `kolla` may run as root without a password. */
  readonly sudo?: readonly string[];
  /** Words that kolla_extend_start adds to every command, whatever the environment says. */
  readonly addedArguments?: string;
}

/** The recipes of one release. Those of Ubuntu and Rocky that are as Debian's are written as that word. */
export interface KollaFacts {
  /** `22.2.0` */
  readonly kolla: string;
  readonly images: { readonly [name: string]: { readonly [distro in KollaDistro]?: Recipe | 'debian' } };
}

/** The recipe of an image; undefined where the release has no such image of that distribution. */
export function recipe(facts: KollaFacts, name: string, distro: KollaDistro): Recipe | undefined {
  const of = facts.images[name];
  const found = of?.[distro];
  const debian = of?.debian;
  return found !== 'debian' ? found : debian !== 'debian' ? debian : undefined;
}

/** An image's recipe, its parent's, and so on to Kolla's `base`. Empty where there is no such image. */
export function chain(facts: KollaFacts, name: string, distro: KollaDistro): Recipe[] {
  const own = recipe(facts, name, distro);
  return own ? [own, ...(own.parent === undefined ? [] : chain(facts, own.parent, distro))] : [];
}
