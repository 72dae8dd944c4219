import type { Json, JsonMap } from '../values/expression';
import { isMap } from '../values/merge';
import { amountOf, isQuantity, saysNothing, withoutNothing } from './canonical';
import { counterpartOf } from './changes';
import { isKnownKind, withoutDefaults } from './kind-defaults';
import { KubernetesObject, at, isOwnKind, keyWithin, mapAt, textAt } from './object';
import { isMade, withoutOthers } from './set-by-others';

/**
 * Objects of a cluster as whoever wrote `after` would have written them: without what the API server, controllers and
 * other programs have added, unless `after` has it as well. So their difference from `after` is what applying it
 * changes. Objects that others make are left out: the Jobs of CronJobs, the claims of StatefulSets.
 *
 * Of a kind whose defaults are not known here, such as an operator's, only what `after` writes is kept.
 *
 * @param live objects of one namespace, as `kubectl get --output json` gives them
 */
export function asWritten(live: readonly KubernetesObject[], after: readonly KubernetesObject[]): KubernetesObject[] {
  const written = new Map(after.map((object) => [keyWithin(object), object]));
  const sets = [...live, ...after].filter((object) => isOwnKind(object, 'StatefulSet'));
  return live.flatMap((object) => {
    const other = written.get(keyWithin(object));
    return other === undefined && isMade(object, sets) ? [] : [like(object, other)];
  });
}

function like(object: KubernetesObject, after: KubernetesObject = {}): KubernetesObject {
  const live = withTexts(withoutOthers(object, after), after);
  if (!isKnownKind(live)) return 'kind' in after ? mapAt(onlyWritten(live, after)) : live;
  const bare = withoutDefaults(mapAt(withoutNothing(live)));
  return withRollingUpdate(mapAt(asIn(after, live, bare)), live, after);
}

/**
 * What is there, as it is in what is to come: what is there by default stays only where that writes it, and what says
 * nothing is there, too.
 *
 * @param bare what is left of `live` without defaults
 */
function asIn(after: Json | undefined, live: Json, bare: Json | undefined, key = '', map = ''): Json | undefined {
  if (after === undefined || after === null) return bare;
  if (isMap(live) && isMap(after)) {
    const entries = [...new Set([...Object.keys(live), ...Object.keys(after)])].flatMap((name): [string, Json][] => {
      const [is, was] = [own(after, name), own(live, name)];
      const nothing = saysNothing(is, name, key) ? is : undefined;
      const value = was === undefined ? nothing : asIn(is, was, own(bare, name), name, key);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(entries);
  }
  if (Array.isArray(live) && Array.isArray(after)) {
    return live.map((item, i) => asIn(counterpartOf(item, live, after), item, at(bare, i)) ?? item);
  }
  const amount = isQuantity(key, map) ? amountOf(live, map) : undefined;
  return amount !== undefined && amount === amountOf(after, map) ? after : live;
}

const own = (map: Json | undefined, key: string): Json | undefined =>
  isMap(map) && Object.hasOwn(map, key) ? map[key] : undefined;

/** What is there of the fields that `after` writes. */
function onlyWritten(live: Json, after: Json | undefined): Json {
  if (isMap(live) && isMap(after)) {
    const kept = Object.keys(live).filter((key) => Object.hasOwn(after, key));
    return Object.fromEntries(kept.map((key) => [key, onlyWritten(live[key]!, after[key])]));
  }
  if (Array.isArray(live) && Array.isArray(after)) {
    return live.map((item) => onlyWritten(item, counterpartOf(item, live, after)));
  }
  return live;
}

/** Of a Secret, what `after` writes as text, as text. */
function withTexts(live: KubernetesObject, after: KubernetesObject): KubernetesObject {
  const data = mapAt(live, 'data');
  const texts = Object.keys(mapAt(after, 'stringData')).filter((key) => Object.hasOwn(data, key));
  if (!isOwnKind(live, 'Secret') || texts.length === 0) return live;
  const decoded = (key: string): string => Buffer.from(textAt(data, key) ?? '', 'base64').toString('utf8');
  const rest = Object.entries(data).filter(([key]) => !texts.includes(key));
  const stringData = Object.fromEntries(texts.map((key) => [key, decoded(key)]));
  return { ...live, data: Object.fromEntries(rest), stringData };
}

/** What a StatefulSet has of rolling updates by default is nobody's: it stays, and is refused beside `OnDelete`. */
function withRollingUpdate(same: JsonMap, live: JsonMap, after: JsonMap): JsonMap {
  const isThere = at(live, 'spec', 'updateStrategy', 'rollingUpdate') !== undefined;
  const goes = textAt(after, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (!isOwnKind(live, 'StatefulSet') || !isThere || !goes) return same;
  const updateStrategy = { rollingUpdate: {}, ...mapAt(same, 'spec', 'updateStrategy') };
  return { ...same, spec: { ...mapAt(same, 'spec'), updateStrategy } };
}
