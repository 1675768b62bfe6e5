import { expect, test } from 'vitest';
import { batchSize, drawBatch } from './batches.ts';
import type { MemberTask } from './trainer.ts';

const N_PAIRS = 50;
const SETTINGS = { seed: 3, batch: 20, noise: 0 };

/** Row r of block b holds 100 b + r in every place, so that a batch says what it took. */
function block(b: number, dim: number): Float32Array {
  return Float32Array.from({ length: N_PAIRS * dim }, (_, i) => 100 * b + Math.floor(i / dim));
}
const TASK: MemberTask = {
  networks: [
    { dIn: 2, inputs: [block(0, 2), block(1, 2)] },
    { dIn: 3, inputs: [block(2, 3)] },
  ],
  targets: [block(3, 4)],
  pairs: [[0, 3]],
  nPairs: N_PAIRS,
  dOut: 4,
};

/** First number of each row. */
const firsts = (x: Float32Array, dim: number) => Array.from(x).filter((_, i) => i % dim === 0);

test('a batch holds different pairs, the same in every block', () => {
  const { inputs, targets } = drawBatch(TASK, SETTINGS, 'mix', 1);
  const rows = firsts(inputs[0]!, 2).slice(0, 20);
  expect(new Set(rows).size).toBe(20);
  for (const row of rows) expect(row).toBeLessThan(N_PAIRS);
  expect(firsts(inputs[0]!, 2).slice(20)).toEqual(rows.map((row) => 100 + row));
  expect(firsts(inputs[1]!, 3)).toEqual(rows.map((row) => 200 + row));
  expect(firsts(targets, 4)).toEqual(rows.map((row) => 300 + row));
});

test('every pair is drawn about as often as another', () => {
  const counts = Array.from({ length: N_PAIRS }, () => 0);
  const nSteps = 2000;
  for (let step = 1; step <= nSteps; step++) {
    for (const row of firsts(drawBatch(TASK, SETTINGS, 'mix', step).targets, 4)) counts[row - 300]!++;
  }
  // Each count is binomial with mean 800 and standard deviation 22.
  for (const count of counts) expect(Math.abs(count - (nSteps * 20) / N_PAIRS)).toBeLessThan(110);
});

test('seed, member and step alone decide; others give other batches', () => {
  const settings = { ...SETTINGS, noise: 0.3 };
  const batch = drawBatch(TASK, settings, 'mix', 7);
  expect(drawBatch(TASK, settings, 'mix', 7)).toEqual(batch);
  expect(drawBatch(TASK, settings, 'mix', 8)).not.toEqual(batch);
  expect(drawBatch(TASK, settings, 'A', 7)).not.toEqual(batch);
  expect(drawBatch(TASK, { ...settings, seed: 4 }, 'mix', 7)).not.toEqual(batch);
});

test('where there are fewer pairs than a batch, all of them in order', () => {
  expect(batchSize(TASK, 64)).toBe(N_PAIRS);
  const { targets } = drawBatch(TASK, { ...SETTINGS, batch: 64 }, 'mix', 1);
  expect(firsts(targets, 4)).toEqual(Array.from({ length: N_PAIRS }, (_, i) => 300 + i));
});

test('noise is normal, with the standard deviation noise / sqrt(dIn), on inputs alone', () => {
  const zeros = { ...TASK, networks: [{ dIn: 4, inputs: [new Float32Array(N_PAIRS * 4)] }] };
  const draws: number[] = [];
  for (let step = 1; step <= 100; step++) {
    const { inputs, targets } = drawBatch(zeros, { ...SETTINGS, noise: 0.6 }, 'mix', step);
    draws.push(...inputs[0]!);
    for (const value of targets) expect(value % 1).toBe(0);
  }
  const moment = (power: number) => draws.reduce((sum, x) => sum + (x / 0.3) ** power, 0) / draws.length;
  expect(moment(1)).toBeCloseTo(0, 1);
  expect(moment(2)).toBeCloseTo(1, 1);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.3);
});
