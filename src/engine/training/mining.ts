/** Mines a pool as a request says: narrowed first, spoiled afterwards. */
import { throwIfAborted } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { createRandom, seedOf } from '../../base/random.ts';
import { keptItems, narrowedSpace, type KeptItems } from '../../math/poolDamage.ts';
import {
  corruptPairs,
  LETTERS,
  mineSet,
  PairMiner,
  type MiningSpace,
  type PairSet,
} from '../../math/pseudoPairs.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import type { MinedSet, PairDamage, PairExample, TrainRequest } from './types.ts';

export type MiningRequest = Pick<TrainRequest, 'kind' | 'base' | 'expert' | 'mining' | 'pool' | 'damage'> & {
  seed: number;
};

/** What was mined, in spaces that hold the items that stayed. */
export interface Mined {
  base: MiningSpace;
  expert: MiningSpace;
  /** By the modality they start from. */
  sets: Map<Modality, PairSet>;
  /** Item numbers of the pool that stayed, where it was narrowed. */
  kept: KeptItems;
}

const NO_DAMAGE: PairDamage = { corrupt: 0, keep: 1, topics: 1 };
/** Pairs that are shown of each set. */
const N_EXAMPLES = 24;

/**
 * Mines one set from every modality that either space knows. Yields to other work between sets; the same request on the
 * same pool gives the same sets.
 * @throws InputError where nothing links two modalities, AbortedError.
 */
export async function minePool(
  { mining, damage = NO_DAMAGE, seed }: Pick<MiningRequest, 'mining' | 'damage' | 'seed'>,
  base: MiningSpace,
  expert: MiningSpace,
  signal?: AbortSignal,
): Promise<Mined> {
  const kept = keptItems(new PairMiner(base, expert), damage, seed);
  const miner = new PairMiner(narrowedSpace(base, kept), narrowedSpace(expert, kept));
  const sets = new Map<Modality, PairSet>();
  for (const start of miner.modalities()) {
    await nextTurn();
    throwIfAborted(signal);
    const set = mineSet(miner, start, mining);
    const random = createRandom(seedOf(`${seed} corrupt ${start}`));
    sets.set(start, damage.corrupt > 0 ? corruptPairs(set, miner, damage.corrupt, random) : set);
  }
  const [narrowBase, narrowExpert] = miner.spaces;
  return { base: narrowBase, expert: narrowExpert, sets, kept };
}

/** What is shown of mined sets: examples from the least to the most similar, and how similar partners are. */
export function describeMined({ sets, kept }: Mined, seed: number): MinedSet[] {
  return MODALITIES.flatMap((modality) => {
    const set = sets.get(modality);
    return set ? [describeSet(set, kept, seed)] : [];
  });
}

function describeSet(set: PairSet, kept: KeptItems, seed: number): MinedSet {
  const { start, n } = set;
  const partners = Object.entries(set.partners) as [Modality, NonNullable<PairSet['partners'][Modality]>][];
  const itemOf = (modality: Modality, i: number) => kept[modality]?.[i] ?? i;
  const meanOf = (i: number) =>
    partners.reduce((sum, [, { similarity }]) => sum + similarity[i]!, 0) / partners.length;
  const random = createRandom(seedOf(`${seed} examples ${start}`));
  const shown = random.shuffled(Array.from({ length: n }, (_, i) => i)).slice(0, N_EXAMPLES);
  const examples = shown
    .toSorted((a, b) => meanOf(a) - meanOf(b))
    .map((i): PairExample => ({
      start: { modality: start, index: itemOf(start, i) },
      partners: partners.map(([modality, { index, similarity, space, via }]) => ({
        modality,
        index: itemOf(modality, index[i]!),
        space,
        similarity: similarity[i]!,
        ...(via && { via }),
      })),
    }));
  return {
    letter: Object.keys(LETTERS).find((letter) => LETTERS[letter] === start)!,
    nPairs: n,
    examples,
    similarity: Object.fromEntries(
      partners.map(([modality, { similarity }]) => [`${start}>${modality}`, spreadOf(similarity)]),
    ),
  };
}

/** Mean and the nine deciles (the value below which a tenth, two tenths, ... lie). */
function spreadOf(values: Float32Array): { mean: number; deciles: number[] } {
  const sorted = values.slice().sort();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deciles = Array.from({ length: 9 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / 10)]!);
  return { mean, deciles };
}
