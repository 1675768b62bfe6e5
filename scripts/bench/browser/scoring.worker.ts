/** Times scoring where it runs, in a worker: the job that ships, its plain twin, and the rival, in turns. */
import { gatherColumns, gatherComponents, gramOf } from '../../../src/math/components.ts';
import { plane, scoresFromPlanes } from '../../../src/math/fusion.ts';
import { ranks } from '../../../src/math/ranks.ts';
import { coefficients, nestOf } from '../../../src/recipe/coefficients.ts';
import { MODALITIES, type Modality } from '../../../src/base/modality.ts';
import { ScoringJob } from '../../../src/engine/scoring/scoringJob.ts';
import type { RetrievalTask } from '../../../src/world/types.ts';
import { summarise, withRatio, type Row } from '../../../src/engine/bench/rows.ts';
import { remultiply } from '../../../src/engine/bench/rivals.ts';
import { createRefuse } from './refuse.ts';
import { dragFactors, loadWorld } from './world.ts';

const N_STEPS = 200;
const N_SLOW_STEPS = 15;

async function bench(): Promise<Row[]> {
  const world = await loadWorld();
  const { recipe, components, tasks } = world;
  const all = Object.values(tasks);
  const { dim } = components.text;
  const timesOf = {
    fast: [] as number[],
    plain: [] as number[],
    rival: [] as number[],
    load: [] as number[],
  };
  const timed = async (times: number[], job: () => unknown) => {
    const start = performance.now();
    await job();
    times.push(performance.now() - start);
  };

  const job = new ScoringJob();
  const first: number[] = [];
  await timed(first, () => job.setCollection('unified-pp', recipe, components, tasks));
  for (let k = 0; k < 5; k++) {
    await timed(timesOf.load, () => job.setCollection('unified-pp', recipe, components, tasks));
  }

  // The plain twin also keeps its planes.
  const sides = MODALITIES.map((modality) => {
    const nest = nestOf(recipe, modality, components[modality].names);
    return { modality, nest, gram: gramOf(components[modality]) };
  });
  const planes = all.map((task) => {
    const x = gatherComponents(components[task.queryModality], task.queries);
    const y = gatherComponents(components[task.galleryModality], task.gallery);
    return x.data.flatMap((a) => y.data.map((b) => plane(a, b, dim)));
  });
  const plain = (k: number) => {
    const w = Object.fromEntries(
      sides.map(({ modality, nest, gram }) => [modality, coefficients(nest, dragFactors(k), gram)]),
    ) as Record<Modality, Float32Array>;
    const take = (modality: Modality, indices: Uint32Array) =>
      gatherColumns(w[modality], components[modality].nItems, indices);
    return all.map((task: RetrievalTask, t) => {
      const [nQueries, nGallery] = [task.queries.length, task.gallery.length];
      const [a, b] = [take(task.queryModality, task.queries), take(task.galleryModality, task.gallery)];
      return ranks(scoresFromPlanes(planes[t]!, a, b, nQueries, nGallery), nGallery, task.relevant);
    });
  };
  const refuse = createRefuse(world);
  const rival = (k: number) => {
    const vectors = refuse(dragFactors(k));
    return all.map((task) => remultiply(vectors, task, dim));
  };

  for (let k = 0; k < N_SLOW_STEPS; k++) {
    await timed(timesOf.rival, () => rival(k));
    await timed(timesOf.plain, () => plain(k));
    for (let j = 0; j < N_STEPS / N_SLOW_STEPS; j++) {
      await timed(timesOf.fast, () => job.metrics('unified-pp', dragFactors(1 + k + j * N_SLOW_STEPS)));
    }
  }
  const nPairs = all.reduce((sum, { queries, gallery }) => sum + queries.length * gallery.length, 0);
  const rivalRow = summarise('rival: fuse and multiply everything again, plain JS', timesOf.rival.slice(1));
  const rows = [
    rivalRow,
    withRatio(summarise('closed form, plain JS', timesOf.plain.slice(1)), rivalRow),
    withRatio(summarise('closed form, the worker as it ships', timesOf.fast, `${nPairs} pairs`), rivalRow),
    summarise('planes of all directions, warm', timesOf.load),
    summarise('planes, choice of the backend and compilation, first', first, job.device()?.reason),
  ];
  job.dispose();
  return rows;
}

bench().then(
  (rows) => postMessage({ rows }),
  (error: unknown) => postMessage({ error: String(error) }),
);
