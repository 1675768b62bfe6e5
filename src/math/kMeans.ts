/** k-means on the sphere (Dhillon and Modha, "Concept decompositions for large sparse text data", 2001). */
import { InputError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { dotRows } from './fusion.ts';
import { forEachBlock, nearestBothWays } from './rowDots.ts';
import { normaliseRows } from './sphere.ts';

export interface Clusters {
  /** [n] number of each row's cluster. */
  of: Uint32Array;
  /** Unit rows [k, dim]: normalise(sum of the cluster's rows). */
  centres: Float32Array;
  k: number;
}

const MAX_ROUNDS = 25;

/**
 * Clusters unit rows x [n, dim] into at most k groups by cosine. Starts by k-means++ (Arthur and Vassilvitskii, 2007) with
 * squared chord distances, and stops when no row changes its cluster or after 25 rounds. A cluster that loses all its rows
 * takes the row that lies farthest from its own centre.
 * @throws InputError without rows or with k below 1.
 */
export function sphericalKMeans(x: Float32Array, dim: number, k: number, random: Random): Clusters {
  const n = x.length / dim;
  if (!(k >= 1) || n < 1) throw new InputError(`Cannot cluster ${n} rows into ${k} groups.`);
  const nClusters = Math.min(k, n);
  const centres = startCentres(x, dim, nClusters, random);
  let of = new Uint32Array(n);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { index, similarity } = nearestBothWays(x, centres, dim).ofX;
    const changed = round === 0 || index.some((cluster, i) => cluster !== of[i]);
    of = index as Uint32Array<ArrayBuffer>;
    fillEmpty(of, similarity, nClusters);
    if (!changed) break;
    centres.fill(0);
    of.forEach((cluster, i) => {
      for (let d = 0; d < dim; d++) centres[cluster * dim + d]! += x[i * dim + d]!;
    });
    normaliseRows(centres, dim);
  }
  return { of, centres, k: nClusters };
}

/** k-means++: each next centre is a row drawn by its squared distance to the nearest centre so far. */
function startCentres(x: Float32Array, dim: number, k: number, random: Random): Float32Array {
  const n = x.length / dim;
  const centres = new Float32Array(k * dim);
  const distance = new Float64Array(n).fill(Infinity);
  let chosen = random.int(n);
  for (let c = 0; ; c++) {
    centres.set(x.subarray(chosen * dim, (chosen + 1) * dim), c * dim);
    if (c === k - 1) return centres;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      distance[i] = Math.min(distance[i]!, Math.max(0, 2 - 2 * dotRows(x, i, centres, c, dim)));
      sum += distance[i]!;
    }
    let rest = random.float() * sum;
    chosen = 0;
    while (chosen < n - 1 && (rest -= distance[chosen]!) >= 0) chosen++;
  }
}

/** Gives every empty cluster the farthest row of a cluster that has others. */
function fillEmpty(of: Uint32Array, similarity: Float32Array, k: number): void {
  const sizes = new Uint32Array(k);
  for (const cluster of of) sizes[cluster]!++;
  for (let cluster = 0; cluster < k; cluster++) {
    if (sizes[cluster]! > 0) continue;
    let farthest = -1;
    for (let i = 0; i < of.length; i++) {
      const spare = sizes[of[i]!]! > 1;
      if (spare && (farthest < 0 || similarity[i]! < similarity[farthest]!)) farthest = i;
    }
    sizes[of[farthest]!]!--;
    sizes[cluster] = 1;
    of[farthest] = cluster;
    similarity[farthest] = 1;
  }
}

/**
 * Number of the nearest centre of each unit row of x [n, dim], both sides less their own mean first, so that a gap between
 * two modalities does not decide. centres [k, dim].
 */
export function nearestCentred(x: Float32Array, centres: Float32Array, dim: number): Uint32Array {
  const out = new Uint32Array(x.length / dim);
  const k = centres.length / dim;
  forEachBlock(centred(x, dim), centred(centres, dim), dim, (block, from, nRows) => {
    for (let r = 0; r < nRows; r++) {
      let best = 0;
      for (let c = 1; c < k; c++) if (block[r * k + c]! > block[r * k + best]!) best = c;
      out[from + r] = best;
    }
  });
  return out;
}

function centred(x: Float32Array, dim: number): Float32Array {
  const n = x.length / dim;
  const mean = new Float64Array(dim);
  for (let i = 0; i < x.length; i++) mean[i % dim]! += x[i]! / n;
  return normaliseRows(
    x.map((value, i) => value - mean[i % dim]!),
    dim,
  );
}
