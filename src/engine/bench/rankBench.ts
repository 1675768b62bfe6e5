/** All queries against all items in the scoring worker's own code, and what else could be done at each step. */
import { gridOf, evenly, slidersOf } from '../../recipe/sliders.ts';
import { openDevice } from '../scoring/scoringDevice.ts';
import { ScoringJob } from '../scoring/scoringJob.ts';
import type { Backend } from '../types.ts';
import { checkSameRanks } from './checks.ts';
import { BENCH_RECIPE, dragFactors, drawPairs, type MadeUpPairs } from './madeUp.ts';
import { matmulRate } from './matmul.ts';
import { refuse, remultiply } from './rivals.ts';
import { quantile, summarise, withRatio, type GroupId, type MeasuredRow } from './rows.ts';
import { timings } from './timing.ts';

export interface RankPlan {
  backend: Backend;
  dim: number;
  /** All ranks of one setting. */
  ranks: { nItems: number; nRuns: number; nRivalRuns: number };
  /** steps x steps settings. */
  landscape: { nItems: number; steps: number; nRuns: number; nRivalRuns: number };
  /** Building the four planes, and jax-js's matrix product at the same size. */
  planes: { nItems: number; nRuns: number };
}

const KEY = 'bench';
const DIRECTION = 'audio>text';
const PLANES = 4;
const counted = new Intl.NumberFormat('en');
const square = (n: number) => `${counted.format(n)} × ${counted.format(n)}`;

/** Told after every part. */
export type OnRows = (rows: MeasuredRow[]) => void;

/** @throws CapabilityError where the backend cannot be had; InputError when a rival ranks otherwise. */
export async function benchRanks(plan: RankPlan, onRows: OnRows): Promise<void> {
  const job = new ScoringJob({ open: () => openDevice(plan.backend) });
  try {
    await benchAllRanks(job, plan, onRows);
    await benchLandscape(job, plan, onRows);
    await benchPlanes(job, plan, onRows);
  } finally {
    job.dispose();
  }
}

/** Names rows: WebAssembly's ids are plain, so that they meet in records. */
function rowsOf({ backend }: RankPlan, group: GroupId, nItems: number) {
  const suffix = backend === 'wasm' ? '' : `-${backend}`;
  return (
    id: string,
    kind: MeasuredRow['kind'],
    what: string,
    timesMs: number[],
    note?: string,
  ): MeasuredRow => ({
    ...summarise(backend === 'wasm' || kind === 'rival' ? what : `${what}, WebGPU`, timesMs, note),
    id: `${group}-${nItems}-${id}${suffix}`,
    group,
    kind,
  });
}

const load = (job: ScoringJob, { components, task }: MadeUpPairs) =>
  job.setCollection(KEY, BENCH_RECIPE, components, { [DIRECTION]: task });

/** Ranks by the rival at step k. */
function ranksAgain({ components: { audio, text }, task }: MadeUpPairs, k: number): Uint32Array {
  const at = dragFactors(k)['c-foley'] as { audio: number; text: number };
  return remultiply({ audio: refuse(audio, at.audio), text: refuse(text, at.text) }, task, audio.dim);
}

async function benchAllRanks(job: ScoringJob, plan: RankPlan, onRows: OnRows): Promise<void> {
  const { nItems, nRuns, nRivalRuns } = plan.ranks;
  const pairs = drawPairs(nItems, plan.dim);
  const row = rowsOf(plan, 'ranks', nItems);
  await load(job, pairs);
  const what = `ranks of ${square(nItems)}`;
  const moved = (fixed: { audio?: number; text?: number }) =>
    timings((k) => job.metrics(KEY, { 'c-foley': { ...dragFactors(k)['c-foley'], ...fixed } }), {
      nRuns,
      nWarm: 4,
    });
  const both = row('both', 'ours', `${what}, both sliders moved`, await moved({}));
  const query = row('query', 'ours', `${what}, the queries’ slider moved`, await moved({ text: 0.4 }));
  const gallery = row('gallery', 'ours', `${what}, the gallery’s slider moved`, await moved({ audio: 0.4 }));
  const rates = limitRows(plan, both);
  if (nRivalRuns === 0) {
    onRows([both, query, gallery, ...rates]);
    return;
  }
  const note = `D = ${plan.dim}, plain JavaScript`;
  const rivalWhat = `fuse, multiply and rank ${square(nItems)} again`;
  let found: Uint32Array = new Uint32Array();
  const rivalMs = await timings((k) => (found = ranksAgain(pairs, k)), { nRuns: nRivalRuns, nWarm: 0 });
  checkSameRanks(found, await job.ranks(KEY, DIRECTION, dragFactors(nRivalRuns - 1)), rivalWhat);
  const rival = row('rival', 'rival', rivalWhat, rivalMs, note);
  onRows([...[both, query, gallery].map((one) => withRatio(one, rival)), rival, ...rates]);
}

/** Bytes of planes that a step reads, against a plain copy of as many bytes. */
function limitRows(plan: RankPlan, both: MeasuredRow): MeasuredRow[] {
  const { nItems } = plan.ranks;
  const nBytes = PLANES * nItems * nItems * 4;
  const from = new Float32Array(nBytes / 4).fill(1);
  const to = new Float32Array(nBytes / 4).fill(2);
  const copiesMs = Array.from({ length: 7 }, () => {
    const start = performance.now();
    to.set(from);
    return performance.now() - start;
  });
  const toRate = (ms: number) => nBytes / ms / 1e6;
  const row = rowsOf(plan, 'limit', nItems);
  const size = `${counted.format(Math.round(nBytes / 1e6))} MB`;
  const rate = (
    id: string,
    kind: MeasuredRow['kind'],
    what: string,
    ms: number,
    note: string,
  ): MeasuredRow => {
    const { p95: _, n: __, ...plain } = row(id, kind, what, [ms], note);
    return { ...plain, unit: 'GB/s', median: toRate(ms) };
  };
  const copy = rate(
    'copy',
    'limit',
    `a copy of ${size}`,
    quantile(copiesMs.slice(1), 0.5),
    'one thread; each byte is read and written',
  );
  const read = rate(
    'read',
    'ours',
    `planes read by a step of both sliders, ${size}`,
    both.median,
    'ranks included',
  );
  return [withRatio(read, copy), copy];
}

async function benchLandscape(job: ScoringJob, plan: RankPlan, onRows: OnRows): Promise<void> {
  const { nItems, steps, nRuns, nRivalRuns } = plan.landscape;
  const pairs = drawPairs(nItems, plan.dim);
  const row = rowsOf(plan, 'landscape', nItems);
  await load(job, pairs);
  const [x, y] = slidersOf(BENCH_RECIPE);
  const grid = gridOf({}, x!, y!, evenly(steps), evenly(steps));
  const timesMs = await timings(() => job.answerRanks(KEY, [DIRECTION], grid), { nRuns });
  const ours = row('grid', 'ours', `landscape ${steps} × ${steps} over ${square(nItems)}`, timesMs);
  const onceMs = await timings((k) => ranksAgain(pairs, k), { nRuns: nRivalRuns, nWarm: 0 });
  const rival = row(
    'rival',
    'rival',
    `fuse, multiply and rank ${square(nItems)} ${grid.length} times`,
    onceMs.map((ms) => ms * grid.length),
    `D = ${plan.dim}, plain JavaScript; ${nRivalRuns} timed, times ${grid.length}`,
  );
  onRows([withRatio(ours, rival), rival]);
}

async function benchPlanes(job: ScoringJob, plan: RankPlan, onRows: OnRows): Promise<void> {
  const { nItems, nRuns } = plan.planes;
  // Two collections in turns: planes of components that are there already would be kept.
  const [pairs, others] = [11, 111].map((seed) => drawPairs(nItems, plan.dim, seed)) as [
    MadeUpPairs,
    MadeUpPairs,
  ];
  const row = rowsOf(plan, 'planes', nItems);
  const timesMs = await timings((k) => load(job, k % 2 > 0 ? others : pairs), { nRuns });
  const built = row(
    'build',
    'ours',
    `four planes of ${square(nItems)}, D = ${plan.dim}`,
    timesMs,
    'checks, Gram numbers and compilation included',
  );
  const nFlops = 2 * PLANES * nItems * nItems * plan.dim;
  const rate = (kind: MeasuredRow['kind'], id: string, what: string, value: number): MeasuredRow => {
    const { p95: _, ...plain } = row(id, kind, what, [0]);
    return { ...plain, unit: 'GFLOP/s', median: value };
  };
  const { audio, text } = pairs.components;
  const product = await matmulRate(audio, text, plan.backend, nRuns);
  const limit = rate('limit', 'product', `jax-js’s own matrix product, ${square(nItems)}`, product);
  const ours = rate('ours', 'rate', `four planes of ${square(nItems)}: rate`, nFlops / built.median / 1e6);
  onRows([built, withRatio(ours, limit), limit]);
}
