/** What can be done to a pool before it is mined, to ask how much the quality of pseudo-pairs matters. */
import { InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { createRandom, seedOf } from '../base/random.ts';
import { nearestCentred, sphericalKMeans } from './kMeans.ts';
import { gatherRows, PairMiner, type MiningSpace } from './pseudoPairs.ts';
import { normaliseRows } from './sphere.ts';

/** Shares of the pool that stay, each in (0, 1]. */
export interface PoolShares {
  /** Share of the items of each modality. */
  keep: number;
  /** Share of the pool's topics. */
  topics: number;
}

/** Number of topics of a whole pool. */
export const N_TOPICS = 20;

/** Item numbers that stay, ascending, by modality; a modality that is left out stays whole. */
export type KeptItems = Partial<Record<Modality, Uint32Array>>;

/**
 * Topics of every item of a pool, numbers in 0..N_TOPICS - 1 by modality. The topics are clusters of the texts (else of the
 * first modality) in a space that knows them; items of the other modalities belong to the topic whose mean text is nearest in
 * the space that links them to texts. Sees embeddings only.
 */
export function topicsOf(miner: PairMiner, seed: number): Partial<Record<Modality, Uint32Array>> {
  const modalities = miner.modalities();
  const pivot = modalities.includes('text') ? 'text' : modalities[0]!;
  const space = miner.link(pivot, pivot)!;
  const pivotRows = space.rows[pivot]!;
  const { of, k } = sphericalKMeans(pivotRows, space.dim, N_TOPICS, createRandom(seedOf(`${seed} topics`)));
  const out: Partial<Record<Modality, Uint32Array>> = { [pivot]: of };
  for (const modality of modalities) {
    if (modality === pivot) continue;
    const link = miner.link(modality, pivot);
    if (!link) throw new InputError(`Nothing links ${modality} to ${pivot}: its topics cannot be told.`);
    out[modality] = nearestCentred(
      link.rows[modality]!,
      clusterMeans(of, k, link.rows[pivot]!, link.dim),
      link.dim,
    );
  }
  return out;
}

/** normalise(sum of the rows of each cluster), [k, dim]. */
function clusterMeans(of: Uint32Array, k: number, x: Float32Array, dim: number): Float32Array {
  const means = new Float32Array(k * dim);
  of.forEach((cluster, i) => {
    for (let d = 0; d < dim; d++) means[cluster * dim + d]! += x[i * dim + d]!;
  });
  return normaliseRows(means, dim);
}

/**
 * The items that stay when a pool is narrowed to a share of its topics (at least one, drawn at random), and then shrunk to a
 * share of each modality's items (at least one). The same seed gives the same items; a smaller share keeps a part of what a
 * larger one keeps.
 * @throws InputError on shares outside (0, 1].
 */
export function keptItems(miner: PairMiner, { keep, topics }: PoolShares, seed: number): KeptItems {
  for (const [name, share] of [['items', keep] as const, ['topics', topics] as const]) {
    if (!(share > 0 && share <= 1))
      throw new InputError(`A share of ${name} lies in (0, 1]; this is ${share}.`);
  }
  const kept: KeptItems = {};
  const narrowed = topics < 1 ? narrowTopics(miner, topics, seed) : undefined;
  for (const modality of miner.modalities()) {
    const space = miner.link(modality, modality)!;
    const n = space.rows[modality]!.length / space.dim;
    const all = narrowed?.[modality] ?? Uint32Array.from({ length: n }, (_, i) => i);
    if (keep >= 1 && !narrowed) continue;
    const random = createRandom(seedOf(`${seed} keep ${modality}`));
    const nKept = Math.max(1, Math.round(keep * all.length));
    kept[modality] = Uint32Array.from(random.shuffled([...all]).slice(0, nKept)).sort();
  }
  return kept;
}

function narrowTopics(miner: PairMiner, share: number, seed: number): KeptItems {
  const topics = topicsOf(miner, seed);
  const order = createRandom(seedOf(`${seed} narrow`)).shuffled(
    Array.from({ length: N_TOPICS }, (_, t) => t),
  );
  const stay = new Set(order.slice(0, Math.max(1, Math.round(share * N_TOPICS))));
  const out: KeptItems = {};
  for (const modality of MODALITIES) {
    const of = topics[modality];
    if (!of) continue;
    const items = Uint32Array.from([...of.keys()].filter((i) => stay.has(of[i]!)));
    if (items.length === 0) {
      throw new InputError(`No ${modality} item belongs to the topics that stay: keep a larger share.`);
    }
    out[modality] = items;
  }
  return out;
}

/** A space with the rows of the items that stay. */
export function narrowedSpace(space: MiningSpace, kept: KeptItems): MiningSpace {
  const rows: Partial<Record<Modality, Float32Array>> = {};
  for (const modality of MODALITIES) {
    const all = space.rows[modality];
    if (!all) continue;
    const items = kept[modality];
    rows[modality] = items ? gatherRows(all, items, space.dim) : all;
  }
  return { ...space, rows };
}
