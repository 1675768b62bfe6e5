/**
 * The large section: NumPy first, alone on the machine, then the browser: one query in a page that is closed after it, all
 * queries in another. Ratios against NumPy and the aims are added here.
 */
import { spawnSync } from 'node:child_process';
import { FULL } from '../../src/engine/bench/plans.ts';
import { summarise, withRatio, type MeasuredRow, type Row } from '../../src/engine/bench/rows.ts';
import { ROOT } from '../setup.mjs';
import { runInPage, type BenchHost } from './host.ts';

interface NumpyTimings {
  version: string;
  ranks: number[];
  planes: number[];
}

/** What is aimed at on two cores with WebAssembly, by the rows' ids. */
const AIMS: Record<string, string> = {
  'query-100000-scores': 'aim 1 ms and 400 times as fast',
  'query-100000-best': 'aim 1 ms and 400 times as fast',
  'ranks-5000-both': 'aim 20 ms',
  'landscape-1000-grid': 'aim 600 ms',
  'planes-2000-rate': 'aim 60% of the matrix product',
};
/** The same of the ratios to NumPy. */
const NUMPY_AIMS: Record<string, string> = { 'ranks-5000-both': 'aim 10 times as fast' };

/** NumPy's timings, or why there are none. */
function askNumpy(): NumpyTimings | string {
  const { dim, ranks, planes } = FULL.ranks;
  const plan = { dim, ranks: ranks.nItems, planes: planes.nItems, runs: 7 };
  const { status, stdout, stderr, error } = spawnSync(
    'python3',
    [`${ROOT}scripts/bench/numpy_rivals.py`, JSON.stringify(plan)],
    { encoding: 'utf8' },
  );
  if (error) return `python3 is not here (${error.message})`;
  if (status !== 0) return `python3 has no NumPy, or it failed (${stderr.trim().split('\n').at(-1)})`;
  return JSON.parse(stdout) as NumpyTimings;
}

/** Rows of the section; NumPy's, and what is faster than they are, come last. */
export async function benchLarge(host: BenchHost): Promise<Row[]> {
  const numpy = askNumpy();
  const query = (await runInPage(host, 'largeQuery')) as MeasuredRow[];
  const rows = [...query, ...((await runInPage(host, 'largeRanks')) as MeasuredRow[])];
  const withAims = rows.map((row) => noted(row, AIMS[row.id]));
  if (typeof numpy === 'string') {
    console.log(`  NumPy is left out: ${numpy}.`);
    return withAims;
  }
  const note = `NumPy ${numpy.version}, D = ${FULL.ranks.dim}`;
  const rivals = {
    ranks: summarise('rival: fuse, multiply and rank again in NumPy', numpy.ranks, note),
    planes: summarise('rival: four matrix products in NumPy', numpy.planes, note),
  };
  return [...withAims, ...againstNumpy(rows, 'ranks', rivals), ...againstNumpy(rows, 'planes', rivals)];
}

/** NumPy's row of a group, once, and our medians of all backends over it. */
function againstNumpy<G extends 'ranks' | 'planes'>(
  rows: readonly MeasuredRow[],
  group: G,
  { [group]: rival }: Record<G, Row>,
): Row[] {
  const ours = rows.filter((row) => row.group === group && row.kind === 'ours' && row.unit === 'ms');
  return [
    rival,
    ...ours.map(({ id, what, unit, median }) =>
      noted(withRatio({ what: `  ${what}`, unit, median }, rival), NUMPY_AIMS[id]),
    ),
  ];
}

function noted<R extends Row>(row: R, words: string | undefined): R {
  if (words === undefined) return row;
  return { ...row, note: row.note === undefined ? words : `${words}; ${row.note}` };
}
