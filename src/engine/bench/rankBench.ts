/** All queries against all items in the scoring worker's own code, and what else could be done at each step. */
import { gridOf, evenly, slidersOf } from '../../recipe/sliders.ts';
import { openDevice } from '../scoring/scoringDevice.ts';
import { ScoringJob } from '../scoring/scoringJob.ts';
import type { Backend } from '../types.ts';
import { checkSameRanks } from './checks.ts';
import { BENCH_RECIPE, dragFactors, drawPairs, type MadeUpPairs } from './madeUp.ts';
import { matmulTimings } from './matmul.ts';
import { createRefuser, remultiply } from './rivals.ts';
import { asRate, summarise, withRatio, type GroupId, type MeasuredRow } from './rows.ts';
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

/** Runs before those that count: WebAssembly is compiled better while it runs. */
const N_WARM = 10;

/** Runs a bench with scoring of its own, freed after it. */
async function withJob<T>({ backend }: RankPlan, bench: (job: ScoringJob) => Promise<T>): Promise<T> {
  const job = new ScoringJob({ open: () => openDevice(backend) });
  try {
    return await bench(job);
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

/** Ranks by the rival at step k, from vectors that are fused again into the same memory. */
function createRankAgain({ components: { audio, text }, task }: MadeUpPairs): (k: number) => Uint32Array {
  const [fuseAudio, fuseText] = [createRefuser(audio), createRefuser(text)];
  return (k) => {
    const at = dragFactors(k)['c-foley'] as { audio: number; text: number };
    return remultiply({ audio: fuseAudio(at.audio), text: fuseText(at.text) }, task, audio.dim);
  };
}

/**
 * All ranks at each step of a drag, and the rate at which a step reads planes. The rival and the copy come after it, so that
 * their memory is not in the way.
 * @throws CapabilityError where the backend cannot be had; InputError when the rival ranks otherwise.
 */
export function benchAllRanks(plan: RankPlan): Promise<MeasuredRow[]> {
  return withJob(plan, async (job) => {
    const { nItems, nRuns, nRivalRuns } = plan.ranks;
    const pairs = drawPairs(nItems, plan.dim);
    const row = rowsOf(plan, 'ranks', nItems);
    await load(job, pairs);
    const what = `ranks of ${square(nItems)}`;
    const moved = (fixed: { audio?: number; text?: number }) =>
      timings((k) => job.metrics(KEY, { 'c-foley': { ...dragFactors(k)['c-foley'], ...fixed } }), {
        nRuns,
        nWarm: N_WARM,
      });
    const both = row('both', 'ours', `${what}, both sliders moved`, await moved({}));
    const query = row('query', 'ours', `${what}, the queries’ slider moved`, await moved({ text: 0.4 }));
    const gallery = row(
      'gallery',
      'ours',
      `${what}, the gallery’s slider moved`,
      await moved({ audio: 0.4 }),
    );
    const ours = [both, query, gallery];
    const memory = memoryRows(plan, both);
    if (nRivalRuns === 0) return [...ours, ...memory];
    const rivalWhat = `fuse, multiply and rank ${square(nItems)} again`;
    const rankAgain = createRankAgain(pairs);
    let found: Uint32Array = new Uint32Array();
    const rivalMs = await timings((k) => (found = rankAgain(k)), { nRuns: nRivalRuns, nWarm: 0 });
    checkSameRanks(found, await job.ranks(KEY, DIRECTION, dragFactors(nRivalRuns - 1)), rivalWhat);
    const rival = row('rival', 'rival', rivalWhat, rivalMs, `D = ${plan.dim}, plain JavaScript`);
    return [...ours.map((one) => withRatio(one, rival)), rival, ...memory];
  });
}

/** Bytes of planes that a step reads per second, beside what a plain copy of as many bytes moves. */
function memoryRows(plan: RankPlan, both: MeasuredRow): MeasuredRow[] {
  const { nItems } = plan.ranks;
  const nBytes = PLANES * nItems * nItems * 4;
  const from = new Float32Array(nBytes / 4).fill(1);
  const to = new Float32Array(nBytes / 4).fill(2);
  const copiesMs = Array.from({ length: 9 }, () => {
    const start = performance.now();
    to.set(from);
    return performance.now() - start;
  }).slice(2);
  const row = rowsOf(plan, 'memory', nItems);
  const size = `${counted.format(Math.round(nBytes / 1e6))} MB`;
  const what = `planes read by a step of both sliders, ${size}`;
  const step = row('read', 'ours', what, [both.median], 'bytes read, ranking included');
  const read = asRate({ ...step, n: both.n! }, 'GB/s', nBytes / 1e6);
  const note = 'bytes read and bytes written, by one thread of the processor';
  const copies = row('copy', 'yardstick', '', copiesMs, note);
  const copy = asRate({ ...copies, what: `a plain copy of ${size}` }, 'GB/s', (2 * nBytes) / 1e6);
  return [withRatio(read, copy), copy];
}

/**
 * Ranks at all settings of two sliders.
 * @throws CapabilityError where the backend cannot be had.
 */
export function benchLandscape(plan: RankPlan): Promise<MeasuredRow[]> {
  return withJob(plan, async (job) => {
    const { nItems, steps, nRuns, nRivalRuns } = plan.landscape;
    const pairs = drawPairs(nItems, plan.dim);
    const row = rowsOf(plan, 'landscape', nItems);
    await load(job, pairs);
    const [x, y] = slidersOf(BENCH_RECIPE);
    const grid = gridOf({}, x!, y!, evenly(steps), evenly(steps));
    const timesMs = await timings(() => job.answerRanks(KEY, [DIRECTION], grid), { nRuns, nWarm: 2 });
    const ours = row('grid', 'ours', `landscape ${steps} × ${steps} over ${square(nItems)}`, timesMs);
    const onceMs = await timings(createRankAgain(pairs), { nRuns: nRivalRuns, nWarm: 1 });
    const rival = row(
      'rival',
      'rival',
      `fuse, multiply and rank ${square(nItems)} ${grid.length} times`,
      onceMs.map((ms) => ms * grid.length),
      `D = ${plan.dim}, plain JavaScript; ${nRivalRuns} timed, times ${grid.length}`,
    );
    return [withRatio(ours, rival), rival];
  });
}

/**
 * Building the four planes of a collection, beside jax-js's own matrix product.
 * @throws CapabilityError where the backend cannot be had.
 */
export function benchPlanes(plan: RankPlan): Promise<MeasuredRow[]> {
  return withJob(plan, async (job) => {
    const { nItems, nRuns } = plan.planes;
    // Two collections in turns: planes of components that are there already would be kept.
    const [pairs, others] = [drawPairs(nItems, plan.dim, 11), drawPairs(nItems, plan.dim, 111)];
    const row = rowsOf(plan, 'planes', nItems);
    const options = { nRuns, nWarm: 2 };
    const timesMs = await timings((k) => load(job, k % 2 > 0 ? others : pairs), options);
    const size = square(nItems);
    const built = row(
      'build',
      'ours',
      `four planes of ${size}, D = ${plan.dim}`,
      timesMs,
      'checks, Gram numbers and a first count included',
    );
    const { audio, text } = pairs.components;
    const productMs = await matmulTimings(audio, text, plan.backend, options);
    const gigaflops = (2 * nItems * nItems * plan.dim) / 1e6; // of one plane, GFLOP/s x ms
    const what = `jax-js’s own matrix product, ${size}`;
    const product = asRate(row('product', 'yardstick', what, productMs), 'GFLOP/s', gigaflops);
    const rate = asRate(
      row('rate', 'ours', `four planes of ${size}: rate`, timesMs, built.note),
      'GFLOP/s',
      PLANES * gigaflops,
    );
    return [built, withRatio(rate, product), product];
  });
}
