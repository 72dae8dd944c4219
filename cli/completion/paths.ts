import type { Cloud } from '../../lib/cloud';
import { NextPlace, placesFrom } from '../../lib/cloud/paths';
import type { Candidate, PathUse } from './candidates';

/** What may be written where a command takes the path of a value, or sets values. */
export function pathCandidates(cloud: Cloud, start: string, use: PathUse): Candidate[] {
  if (use === 'service') {
    const named = cloud.services.filter(({ node }) => node.id.startsWith(start));
    return named.map(({ node, info }) => ({ text: node.id, help: info.description }));
  }
  if (use === 'explain') return placesFrom(cloud, start).map((place) => candidateOf(place, ''));
  // Several may stand in one argument: a.b=1,c.d=2
  const own = start.replace(/^.*,/s, '');
  const before = start.slice(0, start.length - own.length);
  return placesFrom(cloud, own)
    .filter(({ path }) => path.every((name) => /^[\w-]+$/.test(name)))
    .map((place) => candidateOf(place, '='))
    .map(({ text, help }) => ({ text: `${before}${text}`, help }));
}

/** A dot at its end says that more has to come. */
const candidateOf = ({ path, help, hasMore }: NextPlace, end: string): Candidate => ({
  text: `${path.join('.')}${hasMore ? '.' : end}`,
  help,
});
