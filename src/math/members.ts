/**
 * The members of a mixture of projectors (FreeBind, arXiv 2405.04883, section 3.3), from their unit outputs. Legend: i item,
 * a and b members, u_a(i) the unit output of member a, n items, M members, d the dimension of the target.
 */
import { InputError } from '../base/errors.ts';
import type { Steps } from './steps.ts';

/** Unit outputs of every member, `data` [nItems, nMembers, dim] row-major. */
export interface Members {
  nItems: number;
  nMembers: number;
  dim: number;
  data: Float32Array;
}

/** Members from an array [nItems, nMembers, dim]. @throws InputError where it cannot be cut so. */
export function membersOf(data: Float32Array, nMembers: number, dim: number): Members {
  const nItems = data.length / (nMembers * dim);
  if (!(nMembers >= 1 && dim >= 1) || !Number.isInteger(nItems)) {
    throw new InputError(`Cannot cut ${data.length} numbers into items of ${nMembers} members of ${dim}.`);
  }
  return { nItems, nMembers, dim, data };
}

/**
 * Several ensembles of the same items side by side, member after member.
 * @throws InputError without an ensemble, or where items or dimensions differ.
 */
export function poolMembers(ensembles: readonly Members[]): Members {
  const [first] = ensembles;
  if (!first) throw new InputError('There is no ensemble to pool.');
  const { nItems, dim } = first;
  const odd = ensembles.find((one) => one.nItems !== nItems || one.dim !== dim);
  if (odd) {
    throw new InputError(
      `Ensembles are pooled over the same items in one space; here are ${nItems} items of ${dim} and ` +
        `${odd.nItems} of ${odd.dim}.`,
    );
  }
  if (ensembles.length === 1) return first;
  const nMembers = ensembles.reduce((sum, one) => sum + one.nMembers, 0);
  const data = new Float32Array(nItems * nMembers * dim);
  let from = 0;
  for (const one of ensembles) {
    const size = one.nMembers * dim;
    for (let i = 0; i < nItems; i++) {
      data.set(one.data.subarray(i * size, (i + 1) * size), i * nMembers * dim + from);
    }
    from += size;
  }
  return { nItems, nMembers, dim, data };
}

/**
 * The mixture of the members that are on, normalise(sum_a u_a(i)), unit rows [nItems, dim]. Members that cancel give zeros,
 * which score nothing.
 * @throws InputError on a mask of another length or with no member on.
 */
export function mixtureOf({ nItems, nMembers, dim, data }: Members, mask: readonly boolean[]): Float32Array {
  if (mask.length !== nMembers || !mask.some(Boolean)) {
    throw new InputError(
      `A mask has one entry for each of the ${nMembers} members and at least one on; this is ` +
        `[${mask.map(Number).join(', ')}].`,
    );
  }
  const out = new Float32Array(nItems * dim);
  const sum = new Float64Array(dim);
  for (let i = 0; i < nItems; i++) {
    sum.fill(0);
    for (let a = 0; a < nMembers; a++) {
      if (!mask[a]) continue;
      const at = (i * nMembers + a) * dim;
      for (let d = 0; d < dim; d++) sum[d]! += data[at + d]!;
    }
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += sum[d]! * sum[d]!;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < dim; d++) out[i * dim + d] = sum[d]! * scale;
  }
  return out;
}

/** A mask that takes one member out of another mask. */
export function without(mask: readonly boolean[], member: number): boolean[] {
  return mask.map((on, a) => on && a !== member);
}

/** A mask with one member on. */
export function alone(nMembers: number, member: number): boolean[] {
  return Array.from({ length: nMembers }, (_, a) => a === member);
}

/** The mixtures that leave one member out each, [nMembers] of [nItems, dim]. @throws InputError of an only member. */
export function leaveOneOut(members: Members): Float32Array[] {
  const all = Array.from({ length: members.nMembers }, () => true);
  return all.map((_, member) => mixtureOf(members, without(all, member)));
}

/** Masks of one size. */
export interface SizeMasks {
  size: number;
  masks: boolean[][];
}

/**
 * Nested sets of a bond's members, whose figures are averaged within a size: each member alone; of each ensemble that is
 * large enough the first three, then all of it; all ensembles together. One ensemble of seven gives sizes 1, 3 and 7, two
 * of them 1, 3, 7 and 14, ascending. Sets that come twice (an ensemble of one) are kept once.
 * @param sizes members of each ensemble, in the order of the mask
 */
export function nestedSets(sizes: readonly number[]): SizeMasks[] {
  const nMembers = sizes.reduce((sum, size) => sum + size, 0);
  const sets = new Map<string, boolean[]>();
  const add = (from: number, to: number) => {
    const mask = Array.from({ length: nMembers }, (_, a) => a >= from && a < to);
    sets.set(mask.map(Number).join(''), mask);
  };
  let from = 0;
  for (const size of sizes) {
    for (let a = from; a < from + size; a++) add(a, a + 1);
    if (size >= 3) add(from, from + 3);
    add(from, from + size);
    from += size;
  }
  if (nMembers > 0) add(0, nMembers);
  const bySize = new Map<number, boolean[][]>();
  for (const mask of sets.values()) {
    const size = mask.filter(Boolean).length;
    bySize.set(size, [...(bySize.get(size) ?? []), mask]);
  }
  return [...bySize].map(([size, masks]) => ({ size, masks })).sort((x, y) => x.size - y.size);
}

/** How far members agree. */
export interface Agreement {
  /** C_ab = mean_i u_a(i) . u_b(i), [nMembers, nMembers] row-major: symmetric, 1 on the diagonal, in [-1, 1]. */
  cosines: Float64Array;
  /** s_i = 1 - |mean_a u_a(i)|, [nItems]: 0 where all point one way, 1 where they cancel. */
  spread: Float64Array;
}

/**
 * Agreement between the members over the items, and their spread on each. The two are one thing seen twice:
 * mean_i (1 - s_i)^2 = mean_ab C_ab.
 */
export function* agreementSteps({ nItems, nMembers, dim, data }: Members): Steps<Agreement> {
  const cosines = new Float64Array(nMembers * nMembers);
  const spread = new Float64Array(nItems);
  for (let i = 0; i < nItems; i++) {
    let all = 0;
    for (let a = 0; a < nMembers; a++) {
      for (let b = 0; b <= a; b++) {
        const [p, q] = [(i * nMembers + a) * dim, (i * nMembers + b) * dim];
        let dot = 0;
        for (let d = 0; d < dim; d++) dot += data[p + d]! * data[q + d]!;
        cosines[a * nMembers + b]! += dot / nItems;
        all += a === b ? dot : 2 * dot;
      }
    }
    spread[i] = 1 - Math.sqrt(Math.max(0, all)) / nMembers;
    yield (i + 1) / nItems;
  }
  for (let a = 0; a < nMembers; a++) {
    for (let b = 0; b < a; b++) cosines[b * nMembers + a] = cosines[a * nMembers + b]!;
  }
  return { cosines, spread };
}

/** Mean of an agreement matrix off its diagonal; NaN of one member. */
export function meanOffDiagonal(cosines: Float64Array): number {
  const n = Math.sqrt(cosines.length);
  let sum = 0;
  cosines.forEach((cosine, at) => (sum += at % (n + 1) === 0 ? 0 : cosine));
  return sum / (n * (n - 1));
}

/** Indices of the least and of the largest values, the extreme first, ties to the lower index; up to k of each. */
export function extremes(values: ArrayLike<number>, k: number): { least: number[]; most: number[] } {
  const order = Array.from({ length: values.length }, (_, i) => i);
  const least = order.toSorted((i, j) => values[i]! - values[j]! || i - j).slice(0, k);
  const most = order.toSorted((i, j) => values[j]! - values[i]! || i - j).slice(0, k);
  return { least, most };
}
