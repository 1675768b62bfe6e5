/** Made-up experts for tests: agreeing, noisy, permuted in part, or projected to a place apart. */
import { createRandom, type Random } from '../base/random.ts';
import type { ExpertView } from './conflict.ts';
import { fuse, plane } from './fusion.ts';
import { ranks, recallAt } from './ranks.ts';
import { normaliseRows } from './sphere.ts';

/** A random rotation of dim dimensions: orthonormal rows by Gram-Schmidt. */
export function drawRotation(random: Random, dim: number): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < dim) {
    const row = Float64Array.from({ length: dim }, () => random.normal());
    for (const other of rows) {
      const overlap = row.reduce((sum, value, d) => sum + value * other[d]!, 0);
      row.forEach((_, d) => (row[d]! -= overlap * other[d]!));
    }
    const length = Math.hypot(...row);
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

/** Rows x [n, dim] turned by a rotation. */
export function rotated(x: Float32Array, rotation: readonly Float64Array[]): Float32Array {
  const dim = rotation.length;
  return x.map((_, at) => {
    const row = rotation[at % dim]!;
    const from = at - (at % dim);
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += row[d]! * x[from + d]!;
    return sum;
  });
}

/** Unit rows with isotropic noise of a length (in the mean) added before normalising. */
export function withNoise(random: Random, x: Float32Array, dim: number, noise: number): Float32Array {
  return normaliseRows(
    x.map((value) => value + (noise * random.normal()) / Math.sqrt(dim)),
    dim,
  );
}

export interface ExpertsCase {
  seed: number;
  /** Noise of each expert. */
  noise: readonly [number, number];
  /** Share of the items that B takes for one another. */
  permuted: number;
  /** Share of a random rotation in where B's projections lie: 0 in A's place, 1 anywhere. */
  turned: number;
  nItems?: number;
}

const DIM = 32;

/**
 * Two experts that see the same clustered things, and pictures of them in the target. Each own space is rotated at random;
 * A's projection is its view, B's is its view turned. R@1 of finding the pictures from A's, B's and the averaged
 * projections says whether parallel integration hurts.
 */
export function makeExperts({ seed, noise, permuted, turned, nItems = 200 }: ExpertsCase) {
  const random = createRandom(seed);
  const centres = Array.from({ length: 20 }, () => Float64Array.from({ length: DIM }, () => random.normal()));
  const things = normaliseRows(
    Float32Array.from({ length: nItems * DIM }, (_, at) => {
      const centre = centres[Math.floor(at / DIM) % centres.length]!;
      return centre[at % DIM]! + 0.6 * random.normal();
    }),
    DIM,
  );
  const pictures = withNoise(random, things, DIM, 0.5);
  // A cycle over the chosen items leaves none of them where it was.
  const all = Array.from({ length: nItems }, (_, i) => i);
  const chosen = random.shuffled(all).slice(0, Math.round(permuted * nItems));
  const taken = all.slice();
  chosen.forEach((item, at) => (taken[item] = chosen[(at + 1) % chosen.length]!));
  const mistaken = new Float32Array(things.length);
  taken.forEach((from, to) => mistaken.set(things.subarray(from * DIM, (from + 1) * DIM), to * DIM));
  const seenByA = withNoise(random, things, DIM, noise[0]);
  const seenByB = withNoise(random, mistaken, DIM, noise[1]);
  const place = drawRotation(random, DIM);
  const projectedB = turned > 0 ? fuse(turned, rotated(seenByB, place), seenByB, DIM) : seenByB;
  const view = (seen: Float32Array, projected: Float32Array): ExpertView => ({
    own: rotated(seen, drawRotation(random, DIM)),
    dim: DIM,
    projected,
  });
  const right = all.map((i) => Uint32Array.of(i));
  const recall = (x: Float32Array) => recallAt(1, ranks(plane(x, pictures, DIM), nItems, right));
  const [alone, other] = [recall(seenByA), recall(projectedB)];
  return {
    a: view(seenByA, seenByA),
    b: view(seenByB, projectedB),
    chosen,
    /** R@1 of the average less that of the better expert. */
    gain: recall(fuse(0.5, seenByA, projectedB, DIM)) - Math.max(alone, other),
  };
}
