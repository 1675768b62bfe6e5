/** The large section: NumPy first, alone on the machine, then the browser; ratios against NumPy are added here. */
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

/** Rows of the section, each rival after what it is held against. */
export async function benchLarge(host: BenchHost): Promise<Row[]> {
  const numpy = askNumpy();
  const rows = (await runInPage(host, 'large')) as MeasuredRow[];
  if (typeof numpy === 'string') {
    console.log(`  NumPy is left out: ${numpy}.`);
    return rows;
  }
  const note = `NumPy ${numpy.version}, D = ${FULL.ranks.dim}`;
  const rivals: Record<'ranks' | 'planes', Row> = {
    ranks: summarise('rival: fuse, multiply and rank again in NumPy', numpy.ranks, note),
    planes: summarise('rival: four matrix products in NumPy', numpy.planes, note),
  };
  return rows.flatMap((row, i) => {
    const { group } = row;
    if ((group !== 'ranks' && group !== 'planes') || rows[i + 1]?.group === group) return [row];
    const rival = rivals[group];
    const ours = rows.filter((one) => one.group === group && one.kind === 'ours' && one.unit === 'ms');
    return [row, rival, ...ours.map((one) => againstNumpy(one, rival))];
  });
}

/** The row's median once more, over NumPy's. */
function againstNumpy({ what, unit, median }: MeasuredRow, rival: Row): Row {
  return withRatio({ what: `  ${what}`, unit, median }, rival);
}
