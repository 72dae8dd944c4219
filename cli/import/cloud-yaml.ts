import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { Draft } from './draft';

/** A cloud file: what each value is from stands beside it, or above where it is more than a line. */
export function cloudYaml(draft: Draft, header: string): string {
  const document = new Document(sorted(draft.values), { version: '1.1' });
  for (const [path, from] of draft.comments) {
    const node = document.getIn(path, true);
    if (isScalar(node)) node.comment = ` ${from}`;
    else {
      if (isSeq(node)) node.flow = true;
      const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
        : undefined;
      if (pair && isScalar(pair.key)) pair.key.commentBefore = ` ${from}`;
    }
  }
  return `${header}${document.toString({ lineWidth: 0, directives: false, flowCollectionPadding: false })}`;
}

/** `global` first, then services by name. */
const sorted = (values: Draft['values']): Draft['values'] =>
  Object.fromEntries(
    Object.entries(values).sort(([a], [b]) => Number(b === 'global') - Number(a === 'global') || (a < b ? -1 : 1)),
  );
