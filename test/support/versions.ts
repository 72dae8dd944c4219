import { Chart } from '../../lib/package';
import { VERSION } from '../../lib/version';

/** This project's version where it stands for itself, not in 10.0.1.0. */
const ours = new RegExp(`(?<!\\d\\.?)${VERSION.replace(/[.+]/g, '\\$&')}(?!\\.?\\d)`, 'g');

/** Charts as another version of this project would make them from the same sources: the umbrella from such charts. */
export function chartsAt(version: string, charts: ReadonlyMap<string, Chart>): ReadonlyMap<string, Chart> {
  const at = (text: string): string => text.replace(ours, version);
  const made = new Map<string, Chart>();
  const packages = new Map([...charts].map(([name, { packageName }]) => [`charts/${packageName}`, name]));
  const make = (name: string): Chart => {
    const known = made.get(name);
    if (known) return known;
    const { metadata, files } = charts.get(name)!;
    const changed = [...files].map(([path, content]): [string, string | Uint8Array] =>
      typeof content === 'string' ? [path, at(content)] : [at(path), make(packages.get(path)!).package],
    );
    const chart = new Chart(JSON.parse(at(JSON.stringify(metadata))) as Chart['metadata'], new Map(changed));
    made.set(name, chart);
    return chart;
  };
  return new Map([...charts.keys()].map((name) => [name, make(name)]));
}
