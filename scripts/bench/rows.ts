/** What a benchmark says: rows of figures, and how many timings become one. */

export interface Row {
  /** What was done, in words. */
  what: string;
  unit: 'ms' | 'items/s' | 'kB';
  median: number;
  p95?: number;
  /** Number of timings. */
  n?: number;
  /** Median over another row's, measured in the same run: "x 12 of: plain JavaScript". */
  ratio?: { to: string; value: number };
  note?: string;
}

/** Median and 95th percentile of timings in milliseconds (nearest rank). */
export function summarise(what: string, timesMs: readonly number[], note?: string): Row {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const at = (fraction: number) => sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))]!;
  const row: Row = { what, unit: 'ms', median: at(0.5), p95: at(0.95), n: sorted.length };
  return note === undefined ? row : { ...row, note };
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** The row with its median over another's. */
export function withRatio(row: Row, to: Row): Row {
  return { ...row, ratio: { to: to.what, value: row.median / to.median } };
}

const digits = (value: number) => value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 0);

/** One line of the report. */
export function formatRow({ what, unit, median, p95, n, ratio, note }: Row): string {
  const parts = [`${digits(median)} ${unit}`];
  if (p95 !== undefined) parts.push(`p95 ${digits(p95)}`);
  if (n !== undefined) parts.push(`n ${n}`);
  if (ratio) parts.push(`${digits(ratio.value)} x "${ratio.to}"`);
  return `  ${what.padEnd(58)} ${parts.join('  ')}${note ? `  (${note})` : ''}`;
}
