/** One figure of a bench: what was measured, against what, and what it aims at. */
export type Figure = {
  /** The row of the targets, e.g. `P7`. */
  readonly id: string;
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  /** The comparison measured in the same run, where there is one. */
  readonly reference: { readonly what: string; readonly value: number } | null;
  /** What is to be reached, in words, and whether it was; null for a figure that is only told. */
  readonly aim: { readonly target: string; readonly isMet: boolean } | null;
};

export type BenchOptions = {
  /** How long nobody does anything where a bench looks at that. */
  readonly idleMs: number;
  /** How many images are looked at. */
  readonly imageCount: number;
};

/** The middle value; the mean of the middle two. @throws on an empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which `fraction` of all lie, interpolated. @throws on an empty list. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new Error('no values');
  return low + (high - low) * (at - Math.floor(at));
}

/** The figures as lines of a table, columns aligned. */
export function formatFigures(figures: readonly Figure[]): string {
  const header = ['', 'what', 'ours', 'compared with', 'ratio', 'target', ''];
  const rows = figures.map(({ id, what, ours, unit, reference, aim }) => [
    id,
    what,
    `${round(ours)} ${unit}`,
    reference === null ? '' : `${reference.what}: ${round(reference.value)} ${unit}`,
    reference === null ? '' : `${round(ours / reference.value)} ×`,
    aim?.target ?? '',
    aim === null ? '' : aim.isMet ? 'met' : 'MISSED',
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function round(value: number): string {
  return value.toPrecision(3).includes('e') ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}
