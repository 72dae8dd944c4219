import type { KubernetesObject, Refusal } from '../../lib/diff';
import { asWritten, idOf, isOwnKind, keyWithin, kindOf, textAt } from '../../lib/diff';
import type { Json } from '../../lib/values/expression';
import { isMap } from '../../lib/values/merge';
import type { Kubectl, Said } from './kubectl';

/** A kind of objects. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Which objects of a cluster are read. */
export interface Scope {
  readonly namespace: string;
  /** Helm's release name. */
  readonly name: string;
  /** The kinds that a cloud may have, whether it has them or not: objects of them may go. */
  readonly kinds: readonly Kind[];
}

/** What a cluster has, to be compared with what is to come. */
export interface FromCluster {
  readonly live: readonly KubernetesObject[];
  /** What is to come, without what cannot be compared. */
  readonly after: readonly KubernetesObject[];
  /** Objects of kinds that the cluster does not know. */
  readonly refusals: readonly Refusal[];
  /** What the user should know. */
  readonly notes: readonly string[];
}

/** So many kubectl run at the same time: each takes some 50 MB. */
const AT_ONCE = 4;
/**
 * What a cluster has of a cloud: the objects of one namespace that have the labels of all our objects, and those of the
 * names that are to come, whatever labels they have.
 *
 * @throws Error where kubectl cannot read it
 */
export async function readCluster(
  after: readonly KubernetesObject[],
  scope: Scope,
  kubectl: Kubectl,
): Promise<FromCluster> {
  const { namespace, name, kinds } = scope;
  assertWithin(namespace, after);
  const where = [`--namespace=${namespace}`, '--output=json'];
  const selected = await listed(
    [...after.map(kindOfObject), ...kinds],
    [...where, `--selector=${selector(after, name)}`],
    kubectl,
  );

  const isUnreadable = (object: KubernetesObject): boolean => selected.forbidden && isOwnKind(object, 'Secret');
  const isUnknown = (object: KubernetesObject): boolean => selected.unknown.has(typeOf(kindOfObject(object)));
  const compared = after.filter((object) => !isUnreadable(object));
  const known = new Set(selected.objects.map(keyWithin));
  const missing = compared.filter((object) => !isUnknown(object) && !known.has(keyWithin(object)));
  const live = [...selected.objects, ...(await others(missing, where, kubectl))];
  return {
    live: asWritten(live, compared),
    after: compared,
    refusals: compared.filter(isUnknown).map((object) => {
      const { apiVersion, kind } = kindOfObject(object);
      return {
        id: idOf(object),
        path: 'kind',
        message: `is not known to the cluster: it has no ${kind} of ${apiVersion}`,
      };
    }),
    notes: [
      ...(selected.forbidden ? ['Secrets are not compared: this login may not read them'] : []),
      ...(live.length === 0 ? [`the cluster has none of these objects in the namespace ${namespace}`] : []),
    ],
  };
}

function assertWithin(namespace: string, after: readonly KubernetesObject[]): void {
  const elsewhere = after.find((object) => ![undefined, namespace].includes(textAt(object, 'metadata', 'namespace')));
  if (elsewhere === undefined) return;
  const its = textAt(elsewhere, 'metadata', 'namespace') ?? '';
  throw new Error(
    `${idOf(elsewhere)} is of another namespace than ${namespace}, the one that is compared: --namespace ${its}`,
  );
}

const kindOfObject = (object: KubernetesObject): Kind => ({
  apiVersion: textAt(object, 'apiVersion') ?? '',
  kind: kindOf(object),
});

const partsOf = ({ apiVersion, kind }: Kind): readonly [kind: string, version: string, group: string] => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return [kind, version, group];
};

/** As kubectl takes it: `Deployment.v1.apps`, `Secret.v1.` */
const resourceOf = (kind: Kind): string => partsOf(kind).join('.');

/** Of whatever version. */
const typeOf = (kind: Kind): string => [partsOf(kind)[0], partsOf(kind)[2]].join('.');

/** All our objects have these labels. The release is that of the objects, should it be another. */
function selector(after: readonly KubernetesObject[], name: string): string {
  const releases = after.flatMap((object) => textAt(object, 'metadata', 'labels', 'app.kubernetes.io/instance') ?? []);
  const all = [...new Set([name, ...releases])].sort().join(',');
  return `app.kubernetes.io/part-of=openstack,app.kubernetes.io/instance in (${all})`;
}

interface Listed {
  readonly objects: readonly KubernetesObject[];
  /** The kinds that the cluster does not know, as `typeOf` has them. */
  readonly unknown: ReadonlySet<string>;
  /** Whether Secrets may not be read. */
  readonly forbidden: boolean;
}

/** The objects of some kinds. The first is asked for alone: a login may have to be made, and what is served be found out. */
async function listed(kinds: readonly Kind[], args: readonly string[], kubectl: Kubectl): Promise<Listed> {
  const objects: KubernetesObject[] = [];
  const unknown = new Set<string>();
  let forbidden = false;
  const list = async (kind: Kind): Promise<void> => {
    const said = await kubectl(['get', resourceOf(kind), ...args]);
    if (said.status === 0) objects.push(...objectsIn(said.stdout));
    else if (/doesn't have a resource type/.test(said.stderr)) unknown.add(typeOf(kind));
    else if (typeOf(kind) === 'Secret.' && /\(Forbidden\)/.test(said.stderr)) forbidden = true;
    else throw failed(said);
  };
  // In the version of the first, which is the one that is to come.
  const types = new Map<string, Kind>();
  for (const kind of kinds) if (!types.has(typeOf(kind))) types.set(typeOf(kind), kind);
  const [first, ...others] = types.values();
  if (first !== undefined) await list(first);
  for (let i = 0; i < others.length; i += AT_ONCE) await Promise.all(others.slice(i, i + AT_ONCE).map(list));
  return { objects, unknown, forbidden };
}

/**
 * Those that are there of some objects, whatever labels they have. Their kinds are listed: kubectl asks for no more than
 * five names a second. Helm's own Secrets, which are large, are left out.
 */
async function others(
  objects: readonly KubernetesObject[],
  args: readonly string[],
  kubectl: Kubectl,
): Promise<KubernetesObject[]> {
  const keys = new Set(objects.map(keyWithin));
  const { objects: all } = await listed(objects.map(kindOfObject), [...args, '--selector=owner!=helm'], kubectl);
  return all.filter((object) => keys.has(keyWithin(object)));
}

/** Without what kubectl logs of its tries. */
function failed({ status, stderr }: Said): Error {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^E\d{4} /.test(line));
  return new Error(`cannot read the cluster: ${lines.join('\n').trim() || `kubectl ended with ${status}`}`);
}

/** The parser's own message would show a part of the text, which may be of a Secret. */
function parsed(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    throw new Error('cannot read the cluster: what kubectl prints is no JSON');
  }
}

/** Of a list, of one object, or of nothing. */
function objectsIn(json: string): KubernetesObject[] {
  if (json.trim() === '') return [];
  const read = parsed(json);
  if (!isMap(read)) return [];
  return Array.isArray(read['items']) ? read['items'].filter(isMap) : [read];
}
