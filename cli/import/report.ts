import type { Draft, Group, Note } from './draft';
import { CORE, MAPPED, Reason, nearestVariable, reasonOf } from './reasons';
import { Variables, isTrue } from './variables';

/** What is said of each group, in this order. */
const TITLES: { readonly [group in Group]: string } = {
  lacking: 'Services and features that are not here yet:',
  otherwise: 'What Kubernetes or a chart does otherwise:',
  overrides: 'Of config/, not taken over:',
  refused: 'Taken out again, since the charts refuse it:',
  unknown: 'Not known:',
  toDo: 'To do, or to look at, before you deploy:',
};

/** Says of each variable that became nothing why. */
export function noteRest(variables: Variables, draft: Draft): void {
  for (const [name, message] of variables.unresolved) {
    draft.note('toDo', `${name} (${variables.where(name)})`, message);
  }
  const core = variables.flag('enable_openstack_core', true);
  for (const name of CORE) {
    const isOn = variables.flag(`enable_${name}`, core);
    const given = variables.get(`enable_${name}`) !== undefined;
    if (isOn) draft.note('lacking', name, given ? `enable_${name}` : `enable_${name}, which is so by default`);
  }
  for (const { name, value, where } of variables.rest) {
    const reason = reasonOf(name);
    // What is off there is off here.
    const isOff = /^enable_|_enabled?_/.test(name) && typeof value !== 'object' && !isTrue(value);
    if (value === null || value === '' || (reason && isOff)) continue;
    if (MAPPED.has(name)) {
      draft.note('otherwise', `${name} (${where})`, 'is for something that is off');
    } else if (reason) draft.note(reason.group, ...wordsOf(name, reason));
    else {
      const near = nearestVariable(name);
      draft.note(
        'unknown',
        `${where} ${name}`,
        near === undefined ? "is none of Kolla-Ansible's variables" : `did you mean '${near}'?`,
      );
    }
  }
}

/** Services stand once, with all that is said of them. */
const wordsOf = (name: string, { about, text }: Reason): [of: string, text: string] =>
  about === undefined ? [name, text] : [`${about} (${text})`, name];

/** The notes in lines, by group; those of the same thing, or with the same reason, in one. */
export function reportOf(notes: readonly Note[]): string[] {
  return (Object.keys(TITLES) as Group[]).flatMap((group) => {
    const own = notes.filter((note) => note.group === group);
    if (own.length === 0) return [];
    const lines = group === 'lacking' ? bySubject(own) : byReason(own);
    return ['', TITLES[group], ...lines.map((line) => `  ${line}`)];
  });
}

function bySubject(notes: readonly Note[]): string[] {
  const grouped = gather(
    notes,
    ({ of }) => of,
    ({ text }) => text,
  );
  return [...grouped].map(([of, texts]) => `${of}: ${texts.join(', ')}`);
}

function byReason(notes: readonly Note[]): string[] {
  const grouped = gather(
    notes,
    ({ text }) => text,
    ({ of }) => of,
  );
  return [...grouped].map(([text, of]) => `${of.join(', ')}: ${text}`);
}

function gather(
  notes: readonly Note[],
  key: (note: Note) => string,
  item: (note: Note) => string,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const note of notes) {
    const items = found.get(key(note)) ?? [];
    if (!items.includes(item(note))) items.push(item(note));
    found.set(key(note), items);
  }
  return found;
}
