import { measureDevice } from '../../../src/engine/bench/deviceBench.ts';
import { FULL, SHORT, type Plan } from '../../../src/engine/bench/plans.ts';
import { benchQuery } from '../../../src/engine/bench/queryBench.ts';
import type { MeasuredRow, Row } from '../../../src/engine/bench/rows.ts';

interface Measured {
  rows: MeasuredRow[];
  note: string;
}

async function measured(plan: Plan): Promise<Measured> {
  const rows: MeasuredRow[] = [];
  const note = await measureDevice(plan, { onProgress: (progress) => rows.push(...progress.rows) });
  return { rows, note };
}

/** One query of paper size, on the main thread, where the page scores it. */
export async function benchLargeQuery(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of FULL.query) rows.push(...(await benchQuery(size)));
  return rows;
}

/** All queries at the sizes of papers, in workers as the page's scoring. */
export async function benchLargeRanks(): Promise<Row[]> {
  const { rows, note } = await measured({ ...FULL, query: [] });
  return rows.map((row, i) => (i === 0 ? { ...row, note } : row));
}

/** What the page "This device" measures. */
export const measureShort = () => measured(SHORT);
