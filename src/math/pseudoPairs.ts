/**
 * Pseudo-pairs: from unpaired items of several modalities, tuples that probably belong together (FreeBind, arXiv 2405.04883,
 * section 3.2; C-MCR, arXiv 2305.14381, section 3.2). Mining sees embeddings only. Legend: base and expert are two spaces
 * of one pool; row i of a modality is the same item in both.
 */
import { InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import type { Random } from '../base/random.ts';
import { dotRows } from './fusion.ts';
import { forEachBlock, nearestBothWays, weightedSums, type Nearest } from './rowDots.ts';
import { normaliseRows } from './sphere.ts';

/** What one space knows of the pool: unit rows [n, dim] by modality. */
export interface MiningSpace {
  id: string;
  dim: number;
  rows: Readonly<Partial<Record<Modality, Float32Array>>>;
}

/** The item nearest to the start, or the mean of all weighted by softmax(cosine / temperature), tau_1. */
export type Mining = { kind: 'top-1' } | { kind: 'softmax'; temperature: number };

/** Partners of one modality for every pair of a set. */
export interface Partners {
  /** [n] item numbers; of softmax-weighted means the heaviest item. */
  index: Uint32Array;
  /** [n] cosine of that item with what it was fetched for, in the space that links them. */
  similarity: Float32Array;
  /** Id of that space. */
  space: string;
  /** The modality whose partner it was fetched for, where no space knows both it and the start. */
  via?: Modality;
  /** Of softmax-weighted means: unit rows [n, dim] by space id. */
  means?: Readonly<Record<string, Float32Array>>;
}

/** Pairs that start at every item of one modality: pair i starts at item i. */
export interface PairSet {
  start: Modality;
  n: number;
  partners: Partial<Record<Modality, Partners>>;
}

/** The modality that a letter of a subset's name starts from. */
export const LETTERS: Readonly<Record<string, Modality>> = { A: 'audio', T: 'text', V: 'image' };

/** Below this share of the largest, a weight is lost in a float32 sum. */
const LEAST_WEIGHT = 2 ** -24;

/** Links between the items of a pool, each pass over two modalities kept for the other way and the next set. */
export class PairMiner {
  readonly spaces: readonly [base: MiningSpace, expert: MiningSpace];
  readonly #nearest = new Map<string, Nearest>();

  constructor(base: MiningSpace, expert: MiningSpace) {
    this.spaces = [base, expert];
  }

  /** Modalities that either space knows. */
  modalities(): Modality[] {
    return MODALITIES.filter((modality) => this.spaces.some(({ rows }) => rows[modality]));
  }

  /** The space that links two modalities: the expert where it knows both, else the base where that does. */
  link(a: Modality, b: Modality): MiningSpace | undefined {
    const [base, expert] = this.spaces;
    return [expert, base].find(({ rows }) => rows[a] && rows[b]);
  }

  /** The modality through which two are linked that no space knows together: text where it can be. */
  through(a: Modality, b: Modality): Modality | undefined {
    return this.modalities().find((via) => via !== a && via !== b && this.link(a, via) && this.link(via, b));
  }

  /** For every item of a modality the nearest of another, in a space that knows both. */
  nearest(space: MiningSpace, from: Modality, to: Modality): Nearest {
    const key = `${space.id} ${from}>${to}`;
    const known = this.#nearest.get(key);
    if (known) return known;
    const { ofX, ofY } = nearestBothWays(space.rows[from]!, space.rows[to]!, space.dim);
    this.#nearest.set(key, ofX);
    this.#nearest.set(`${space.id} ${to}>${from}`, ofY);
    return ofX;
  }
}

/**
 * Mines the set that starts at every item of one modality: the start keeps its embeddings, and for each other modality the
 * nearest item is fetched in the space that links the two (PairMiner.link); where none does, the item nearest to the partner
 * in between (PairMiner.through), as C-MCR goes through the text that its two spaces share.
 * @throws InputError when a space lacks the start, a modality is out of reach, or has no items.
 */
export function mineSet(miner: PairMiner, start: Modality, mining: Mining): PairSet {
  const owner = miner.spaces.find(({ rows }) => rows[start]);
  if (!owner) throw new InputError(`No space of this pair knows ${start}: no pseudo-pair can start there.`);
  const set: PairSet = { start, n: owner.rows[start]!.length / owner.dim, partners: {} };
  const others = miner.modalities().filter((modality) => modality !== start);
  // Those that are fetched through another come after it.
  const direct = others.filter((to) => miner.link(start, to));
  for (const to of [...direct, ...others.filter((one) => !direct.includes(one))]) {
    set.partners[to] = fetchPartners(miner, set, to, mining);
  }
  return set;
}

function fetchPartners(miner: PairMiner, set: PairSet, to: Modality, mining: Mining): Partners {
  const via = miner.link(set.start, to) ? undefined : miner.through(set.start, to);
  const from = via ?? set.start;
  const space = miner.link(from, to);
  if (!space) {
    const names = miner.spaces.map(({ id }) => id).join(' and ');
    throw new InputError(`Nothing links ${set.start} to ${to}: ${names} know no modality together.`);
  }
  if (space.rows[to]!.length === 0) throw new InputError(`The pool has no ${to} items to fetch.`);
  const found =
    mining.kind === 'top-1'
      ? nearestPartners(miner, set, from, to, space)
      : meanPartners(miner, rowsOf(set, space, from), to, space, mining.temperature);
  return { ...found, space: space.id, ...(via && { via }) };
}

function nearestPartners(
  miner: PairMiner,
  set: PairSet,
  from: Modality,
  to: Modality,
  space: MiningSpace,
): Nearest {
  const nearest = miner.nearest(space, from, to);
  const between = set.partners[from]?.index;
  if (!between) return nearest;
  return {
    index: Uint32Array.from(between, (item) => nearest.index[item]!),
    similarity: Float32Array.from(between, (item) => nearest.similarity[item]!),
  };
}

/**
 * normalise(sum_g w_g y_g), w = softmax_g(x . y_g / tau_1) (C-MCR, arXiv 2305.14381, eq. 1), with the weights of the
 * linking space on the items' rows in every space that knows them. x [n, dim].
 */
function meanPartners(
  miner: PairMiner,
  x: Float32Array,
  to: Modality,
  space: MiningSpace,
  temperature: number,
): Nearest & { means: Record<string, Float32Array> } {
  if (!(temperature > 0)) throw new InputError(`tau_1 must be above 0; this is ${temperature}.`);
  const n = x.length / space.dim;
  const gallery = space.rows[to]!;
  const nGallery = gallery.length / space.dim;
  const targets = miner.spaces
    .filter(({ rows }) => rows[to])
    .map(({ id, dim, rows }) => ({ id, dim, rows: rows[to]!, mean: new Float32Array(n * dim) }));
  const means = targets.map(({ rows, dim }) => weightedSums(rows, dim));
  const index = new Uint32Array(n);
  const similarity = new Float32Array(n);
  forEachBlock(x, gallery, space.dim, (block, first, nRows) => {
    for (let r = 0; r < nRows; r++) {
      const row = block.subarray(r * nGallery, (r + 1) * nGallery);
      let best = 0;
      for (let g = 1; g < nGallery; g++) if (row[g]! > row[best]!) best = g;
      const top = row[best]!;
      index[first + r] = best;
      similarity[first + r] = top;
      for (let g = 0; g < nGallery; g++) {
        const weight = Math.exp((row[g]! - top) / temperature);
        row[g] = weight < LEAST_WEIGHT ? 0 : weight;
      }
    }
    targets.forEach(({ mean, dim }, t) => mean.set(means[t]!(block, nRows), first * dim));
  });
  for (const { mean, dim } of targets) normaliseRows(mean, dim);
  return {
    index,
    similarity,
    means: Object.fromEntries(targets.map(({ id, mean }) => [id, mean])),
  };
}

/** Rows of a set's items of one modality in a space that knows it, [n, dim]; pair i is row i. */
export function rowsOf(set: PairSet, space: MiningSpace, modality: Modality): Float32Array {
  const rows = space.rows[modality]!;
  if (modality === set.start) return rows;
  const { index, means } = set.partners[modality]!;
  return means?.[space.id] ?? gatherRows(rows, index, space.dim);
}

/**
 * The set with a share of its pairs spoiled: all their partners replaced by items drawn at random. Similarities are those of
 * the new items.
 */
export function corruptPairs(set: PairSet, miner: PairMiner, share: number, random: Random): PairSet {
  const all = Array.from({ length: set.n }, (_, i) => i);
  const spoiled = random.shuffled(all).slice(0, Math.round(share * set.n));
  const out: PairSet = { ...set, partners: {} };
  for (const [key, partners] of Object.entries(set.partners)) {
    const to = key as Modality;
    const from = partners.via ?? set.start;
    const space = miner.spaces.find(({ id }) => id === partners.space)!;
    const index = partners.index.slice();
    const similarity = partners.similarity.slice();
    const means = Object.fromEntries(
      Object.entries(partners.means ?? {}).map(([id, rows]) => [id, rows.slice()]),
    );
    const nItems = space.rows[to]!.length / space.dim;
    const starts = from === set.start ? undefined : out.partners[from]!.index;
    for (const i of spoiled) {
      const item = random.int(nItems);
      index[i] = item;
      similarity[i] = dotRows(space.rows[from]!, starts?.[i] ?? i, space.rows[to]!, item, space.dim);
      for (const { id, dim, rows } of miner.spaces)
        means[id]?.set(rows[to]!.subarray(item * dim, (item + 1) * dim), i * dim);
    }
    out.partners[to] = { ...partners, index, similarity, ...(partners.means && { means }) };
  }
  return out;
}

/**
 * The modalities that a member's subset starts from: "mix" is all of `available`, "AT" audio and text.
 * @throws InputError on a name that is none, or a letter whose modality is not available.
 */
export function startsOf(member: string, available: readonly Modality[]): Modality[] {
  if (member === 'mix') return [...available];
  if (!/^[ATV]+$/.test(member) || new Set(member).size < member.length) {
    throw new InputError(
      `"${member}" names no subset of pseudo-pairs; there are mix, A, T, V, AT, AV and TV.`,
    );
  }
  return member.split('').map((letter) => {
    const modality = LETTERS[letter]!;
    if (available.includes(modality)) return modality;
    throw new InputError(
      `Nothing here knows ${modality}, so no pair starts there: leave out the subset "${member}".`,
    );
  });
}

/** The union of some sets, one after another: rows of one modality in a space that knows it, [sum of n, dim]. */
export function unionRows(sets: readonly PairSet[], space: MiningSpace, modality: Modality): Float32Array {
  const parts = sets.map((set) => rowsOf(set, space, modality));
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Index of the most similar gallery row of each query (hard top-1): unit rows x [nQueries, dim] and y [nGallery, dim]; a
 * tie goes to the lower index. Returns [nQueries].
 */
export function nearestRows(x: Float32Array, y: Float32Array, dim: number): Uint32Array {
  return nearestBothWays(x, y, dim).ofX.index;
}

/** Rows of x [n, dim] at the given indices, [indices.length, dim]. */
export function gatherRows(x: Float32Array, indices: ArrayLike<number>, dim: number): Float32Array {
  const out = new Float32Array(indices.length * dim);
  for (let i = 0; i < indices.length; i++)
    out.set(x.subarray(indices[i]! * dim, (indices[i]! + 1) * dim), i * dim);
  return out;
}
