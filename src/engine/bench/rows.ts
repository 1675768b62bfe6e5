/** What a benchmark says: rows of figures, and how many timings become one. */

export interface Row {
  /** What was done, in words. */
  what: string;
  unit: 'ms' | 'items/s' | 'kB' | 'tasks' | 'MB/s' | 'GB/s' | 'GFLOP/s';
  median: number;
  /** 95th percentile, of times. */
  p95?: number;
  /** Number of timings. */
  n?: number;
  /** Median over another row's, measured in the same run. */
  ratio?: { to: string; value: number };
  note?: string;
}

/** A row of the measurements that the page and `npm run bench` share (measure.ts). */
export interface MeasuredRow extends Row {
  /** Same work, same size, same id, on every device: "query-100000-scores". */
  id: string;
  group: GroupId;
  /** The closed form, other ways to the same result, or plain work of the device to measure it by. */
  kind: 'ours' | 'rival' | 'yardstick';
}

export const GROUPS = [
  { id: 'query', title: 'One query, one step of a slider' },
  { id: 'ranks', title: 'Ranks of all queries, one step of a slider' },
  { id: 'landscape', title: 'A landscape over two sliders' },
  { id: 'planes', title: 'Building planes' },
  { id: 'memory', title: 'Reading memory' },
] as const;

export type GroupId = (typeof GROUPS)[number]['id'];

/** True where less is better. */
export function isCost({ unit }: Row): boolean {
  return unit === 'ms' || unit === 'kB';
}

/** Nearest-rank quantile: the smallest value that at least this share of the values does not exceed; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Median and 95th percentile of timings in milliseconds. */
export function summarise(what: string, timesMs: readonly number[], note?: string): Row {
  const [median, p95] = [quantile(timesMs, 0.5), quantile(timesMs, 0.95)];
  const row: Row = { what, unit: 'ms', median, p95, n: timesMs.length };
  return note === undefined ? row : { ...row, note };
}

/** A row of times as a rate: `work` in the unit times milliseconds, over the median; as many timings, no percentile. */
export function asRate(row: MeasuredRow, unit: Row['unit'], work: number): MeasuredRow {
  const { p95: _, ...rest } = row;
  return { ...rest, unit, median: work / row.median };
}

/** The row with its median over another's. */
export function withRatio<R extends Row>(row: R, to: Row): R {
  return { ...row, ratio: { to: to.what, value: row.median / to.median } };
}

/** The row with a note of how many times as fast as another it is: where one ratio alone would flatter. */
export function alsoAgainst<R extends Row>(row: R, to: Row): R {
  const words = `${Math.round(to.median / row.median)}× as fast as “${to.what}”`;
  return { ...row, note: row.note === undefined ? words : `${row.note}; ${words}` };
}
