/** Seeded components of any size: times do not depend on what the numbers say. */
import { fuse } from '../../math/fusion.ts';
import { RECIPES } from '../../recipe/embedded.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import type { RetrievalTask } from '../../world/types.ts';
import type { ComponentSet } from '../types.ts';

/** Unified++: two components on either side of audio > text. */
export const BENCH_RECIPE: Recipe = RECIPES[0]!;
const NAMES = ['unified', 'c-foley.foley'];
/** Share of the right text in its sound: enough for about half of the first answers to be right among thousands. */
const LIKENESS = 0.1;

/** Unit rows [nItems, dim] in random directions, from xorshift32: drawing 10^8 normal numbers would take longer than the bench. */
export function drawUnitRows(seed: number, nItems: number, dim: number): Float32Array {
  const rows = new Float32Array(nItems * dim);
  let state = seed | 1;
  for (let start = 0; start < rows.length; start += dim) {
    let squares = 0;
    for (let d = start; d < start + dim; d++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      rows[d] = state;
      squares += state * state;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let d = start; d < start + dim; d++) rows[d]! *= scale;
  }
  return rows;
}

/** A set of two components of the recipe. */
export function drawSet(seed: number, nItems: number, dim: number): ComponentSet {
  const data = [drawUnitRows(seed, nItems, dim), drawUnitRows(seed + 2, nItems, dim)];
  return { names: [...NAMES], nItems, dim, data };
}

export interface MadeUpPairs {
  components: { text: ComponentSet; audio: ComponentSet };
  task: RetrievalTask;
}

/** nItems sounds, each with one right text among as many. */
export function drawPairs(nItems: number, dim: number, seed = 11): MadeUpPairs {
  const text = drawSet(seed, nItems, dim);
  const audio = drawSet(seed + 6, nItems, dim);
  audio.data = audio.data.map((rows, k) => fuse(LIKENESS, text.data[k]!, rows, dim));
  const all = Uint32Array.from({ length: nItems }, (_, i) => i);
  return {
    components: { text, audio },
    task: {
      queryModality: 'audio',
      galleryModality: 'text',
      queries: all,
      gallery: all,
      relevant: Array.from(all, (i) => Uint32Array.of(i)),
    },
  };
}

/** Factors of step k of a drag: both sliders move, and settings come back after 101 steps only. */
export function dragFactors(k: number): Factors {
  return { 'c-foley': { text: (k % 101) / 100, audio: ((k * 37) % 101) / 100 } };
}
