/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly found: number;
  /** `×`, `s`, `MiB` and so on. */
  readonly unit: string;
  /** The most that it may be. None: it explains another. */
  readonly bound?: number;
}

export const isMissed = ({ found, bound }: Figure): boolean => bound !== undefined && !(found <= bound);

/** The figures as a table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, found, unit, bound } = figure;
    const verdict = isMissed(figure) ? 'MISSED' : 'ok';
    return bound === undefined
      ? [`  ${name}`, amount(found, unit), '', '']
      : [name, amount(found, unit), `≤ ${bound} ${unit}`, verdict];
  });
  const all = [['figure', 'found', 'bound', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const amount = (found: number, unit: string): string => `${Number.isInteger(found) ? found : found.toFixed(3)} ${unit}`;
