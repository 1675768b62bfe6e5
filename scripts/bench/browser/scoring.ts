import { createScoring } from '../../../src/engine/scoring/scoring.ts';
import { summarise, type Row } from '../../../src/engine/bench/rows.ts';
import { dragFactors, loadWorld } from './world.ts';

const N_STEPS = 200;

/** Timings of the worker's own clock, then of the page that asks it. */
export async function benchScoring(): Promise<Row[]> {
  const worker = new Worker(new URL('./scoring.worker.ts', import.meta.url), { type: 'module' });
  const rows = await new Promise<Row[]>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }: MessageEvent<{ rows?: Row[]; error?: string }>) =>
      data.rows ? resolve(data.rows) : reject(new Error(data.error));
  });
  worker.terminate();
  return [...rows, await benchRoundTrip()];
}

async function benchRoundTrip(): Promise<Row> {
  const { recipe, components, tasks } = await loadWorld();
  const scoring = createScoring();
  await scoring.setCollection(recipe.id, recipe, components, tasks);
  const timesMs: number[] = [];
  for (let k = 0; k < N_STEPS; k++) {
    const start = performance.now();
    await scoring.metrics(recipe.id, dragFactors(k));
    timesMs.push(performance.now() - start);
  }
  scoring.dispose();
  return summarise('asked for by the page and answered', timesMs);
}
