/** The batches of a training run: drawn anew for each step from its number, so that a run can go on anywhere. */
import { createRandom, seedOf, type Random } from '../../base/random.ts';
import type { MemberTask } from './trainer.ts';

/** The host's part of a step. */
export interface Batch {
  /** Of each network, its modalities one below the other with noise: [nModalities * n, dIn]. */
  inputs: Float32Array[];
  /** Targets one below the other, [nTargets * n, dOut]. */
  targets: Float32Array;
}

/** A stream for a text. The first numbers of like seeds are alike, which neighbouring steps must not be: they are left out. */
function streamOf(text: string): Random {
  const random = createRandom(seedOf(text));
  for (let i = 0; i < 16; i++) random.float();
  return random;
}

/** Pairs of a batch: no more than there are. */
export function batchSize(task: MemberTask, batch: number): number {
  return Math.min(batch, task.nPairs);
}

/** n different rows of nPairs, all sets alike (R. Floyd); all of them, in order, where n = nPairs. */
function drawRows(nPairs: number, n: number, random: Random): Uint32Array {
  if (n === nPairs) return Uint32Array.from({ length: n }, (_, i) => i);
  const rows = new Set<number>();
  for (let last = nPairs - n; last < nPairs; last++) {
    const row = random.int(last + 1);
    rows.add(rows.has(row) ? last : row);
  }
  return Uint32Array.from(rows);
}

/** Rows of each block, one block below the other. */
function gather(blocks: readonly Float32Array[], rows: Uint32Array, dim: number): Float32Array {
  const out = new Float32Array(blocks.length * rows.length * dim);
  let to = 0;
  for (const block of blocks) {
    for (const row of rows) {
      out.set(block.subarray(row * dim, (row + 1) * dim), to);
      to += dim;
    }
  }
  return out;
}

/** Normal numbers of which noise is drawn, evenly spread: 2^15 and their opposites, of variance 1. */
function makeNormals(): Float32Array {
  const half = 2 ** 15;
  const random = createRandom(1);
  const normals = Float64Array.from({ length: half }, () => random.normal());
  const deviation = Math.sqrt(normals.reduce((sum, value) => sum + value * value, 0) / half);
  return Float32Array.from({ length: 2 * half }, (_, i) => (normals[i >> 1]! / deviation) * (i % 2 ? -1 : 1));
}
let normals: Float32Array | undefined;

/** Adds normal draws of the given standard deviation: one of 65,536 numbers each, six times as fast as making new ones. */
function addNoise(x: Float32Array, deviation: number, random: Random): void {
  normals ??= makeNormals();
  for (let i = 0; i < x.length; i += 2) {
    const bits = random.float() * 2 ** 32;
    x[i]! += deviation * normals[bits >>> 16]!;
    if (i + 1 < x.length) x[i + 1]! += deviation * normals[bits & 0xffff]!;
  }
}

/**
 * The batch of step 1, 2, ...: different pairs, the same in every block, and noise of standard deviation
 * noise / sqrt(dIn) on every input. Depends on seed, member and step alone.
 */
export function drawBatch(
  task: MemberTask,
  settings: { seed: number; batch: number; noise: number },
  member: string,
  step: number,
): Batch {
  const random = streamOf(`${settings.seed} ${member} ${step}`);
  const rows = drawRows(task.nPairs, batchSize(task, settings.batch), random);
  const inputs = task.networks.map(({ dIn, inputs: blocks }) => {
    const x = gather(blocks, rows, dIn);
    if (settings.noise > 0) addNoise(x, settings.noise / Math.sqrt(dIn), random);
    return x;
  });
  return { inputs, targets: gather(task.targets, rows, task.dOut) };
}
