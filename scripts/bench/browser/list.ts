import { gatherComponents } from '../../../src/math/components.ts';
import { topK } from '../../../src/math/topK.ts';
import { nestOf } from '../../../src/recipe/coefficients.ts';
import { createQueryScorer } from '../../../src/recipe/queryScorer.ts';
import { createFuseWhileMultiplying } from '../../../src/engine/bench/rivals.ts';
import { summarise, withRatio, type Row } from '../../../src/engine/bench/rows.ts';
import { dragFactors, loadWorld } from './world.ts';

const N_STEPS = 300;
const N_SHOWN = 50;
const QUERY = 7;
/** The page's clock ticks coarsely: several steps make one timing. */
const N_REPEATS = 10;

/** Re-ranks one query's gallery at each step of a drag. */
export async function benchList(): Promise<Row[]> {
  const { recipe, components, tasks } = await loadWorld();
  const { gallery } = tasks['audio>text']!;
  const side = (modality: 'audio' | 'text') => ({
    nest: nestOf(recipe, modality, components[modality].names),
    components: components[modality],
  });
  const query = gatherComponents(components.audio, [QUERY]);
  const shown = gatherComponents(components.text, gallery);
  const createScorer = () =>
    createQueryScorer({ ...side('audio'), components: query }, side('text'), gallery);
  const scorer = createScorer();
  const scores = new Float32Array(scorer.nGallery);
  const scoreAgain = createFuseWhileMultiplying(query, shown);
  const times = { list: [] as number[], rival: [] as number[], build: [] as number[] };
  const timed = (into: number[], job: (repeat: number) => void) => {
    const start = performance.now();
    for (let repeat = 0; repeat < N_REPEATS; repeat++) job(repeat);
    into.push((performance.now() - start) / N_REPEATS);
  };
  for (let k = 0; k < N_STEPS; k++) {
    timed(times.list, (repeat) => {
      scorer.scoresInto(scores, dragFactors(k + repeat));
      topK(scores, N_SHOWN);
    });
    if (k % 20 > 0) continue;
    timed(times.build, createScorer);
    timed(times.rival, (repeat) => {
      const factors = dragFactors(k + repeat)['c-foley']!;
      scoreAgain(scores, factors.audio, factors.text);
      topK(scores, N_SHOWN);
    });
  }
  const rival = summarise('rival: fuse and multiply again in one pass, plain JS', times.rival.slice(1));
  const note = `${gallery.length} items, best ${N_SHOWN}`;
  return [
    rival,
    withRatio(summarise('closed form', times.list.slice(1), note), rival),
    summarise('a new query', times.build.slice(1)),
  ];
}
