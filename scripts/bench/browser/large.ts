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

/** The sizes of papers: one query on the main thread, where the page scores it, then all queries in the worker. */
export async function benchLarge(): Promise<Row[]> {
  const query: Row[] = [];
  for (const size of FULL.query) query.push(...(await benchQuery(size)));
  const { rows, note } = await measured({ ...FULL, query: [] });
  return [...query, ...rows.map((row, i) => (i === 0 ? { ...row, note } : row))];
}

/** What the page "This device" measures. */
export const measureShort = () => measured(SHORT);
