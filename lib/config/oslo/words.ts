import type { Place, What } from './changes';
import type { Default } from './default';
import { expectedOf } from './option-schema';
import type { OsloOption } from './table';

/** What may be given for an option. */
export const takenBy = (option: OsloOption): string =>
  `${expectedOf(option)}${option.multi ? '; may be given several times' : ''}`;

/** What an option is where nobody sets it. */
export function defaultWords({ text, sample }: Default): string {
  if (text !== undefined) return text === '' ? 'empty' : text;
  return sample === undefined ? 'none' : `none; such as ${sample}`;
}

/** A sentence whose subject is the option. */
export function changeWords(what: What): string {
  switch (what.kind) {
    case 'gone':
      return `is gone${what.was ? `; it was an old name of ${places([what.was])}` : ''}${because(what.deprecated)}`;
    case 'moved':
      return `is an old name of ${places(what.to)} now`;
    case 'deprecated': {
      const since = what.since === undefined ? '' : ` since ${what.since}`;
      const instead = what.to.length > 0 ? `; ${places(what.to)} takes its place` : '';
      return `is deprecated${since}, and will go${instead}${because(what)}`;
    }
    case 'type':
      return what.before === what.after
        ? `is checked otherwise: ${what.after}`
        : `takes ${what.after}; before, ${what.before}`;
    case 'choices':
      return [
        ...(what.gone.length > 0 ? [`no longer takes ${listed(what.gone)}`] : []),
        ...(what.added.length > 0 ? [`takes ${listed(what.added)} as well`] : []),
      ].join('; ');
    case 'default':
      return `has the default ${defaultWords(what.after)}; before, ${defaultWords(what.before)}`;
    case 'new':
      return `is new${what.was ? `; it was an old name of ${places([what.was])}` : ''}`;
  }
}

const because = (deprecated?: { readonly reason?: string }): string =>
  deprecated?.reason ? `: ${deprecated.reason}` : '';

const places = (of: readonly Place[]): string => of.map(([section, option]) => `[${section}] ${option}`).join(', ');
const listed = (choices: readonly (string | number)[]): string =>
  choices.map((choice) => JSON.stringify(choice)).join(', ');
