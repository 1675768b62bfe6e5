import { expect, test } from 'vitest';
import { createRandom } from '../base/random.ts';
import { drawGroups } from './bootstrap.ts';
import {
  alignmentEstimate,
  changeOf,
  gapEstimate,
  intervalOf,
  meanEstimate,
  uniformityEstimate,
} from './estimates.ts';
import { neighboursKept } from './neighbourhoods.ts';
import { nearestInPlane, selfPlane } from './neighbours.ts';
import { gatherRows } from './pseudoPairs.ts';
import { alignment, modalityGap, normaliseRows, uniformity } from './sphere.ts';
import { finish, within } from './steps.ts';
import { keptByItem, surroundingsSteps } from './surroundings.ts';

const DIM = 6;

/** Unit rows around a pole, so that means and gaps are no accident. */
function drawRows(seed: number, n: number, pole: number): Float32Array {
  const random = createRandom(seed);
  return normaliseRows(
    Float32Array.from({ length: n * DIM }, (_, at) => random.normal() + (at % DIM === pole ? 1.5 : 0)),
    DIM,
  );
}

const X = drawRows(1, 60, 0);
const Y = drawRows(2, 40, 1);
const around = (x: Float32Array) => finish(surroundingsSteps(x, DIM, 5));

test.each([2, 5, 60])('surroundings of %i rows are those of the plane', (n) => {
  const x = X.slice(0, n * DIM);
  const plane = selfPlane(x, DIM);
  const { k, neighbours, potential } = around(x);
  expect(k).toBe(Math.max(0, Math.min(5, n - 1)));
  expect(neighbours).toEqual(nearestInPlane(plane, n, 5));
  const { value } = uniformityEstimate(potential);
  expect(value).toBeCloseTo(uniformity(plane, n), 6);
});

test.each([0, 1])('%i rows have no surroundings', (n) => {
  const { k, neighbours, potential } = around(X.slice(0, n * DIM));
  expect(k).toBe(0);
  expect(neighbours).toHaveLength(0);
  expect(uniformityEstimate(potential).value).toBeNaN();
});

test('the mean share kept by item is the share kept', () => {
  const a = around(X).neighbours;
  const b = around(drawRows(3, 60, 2)).neighbours;
  expect(meanEstimate(keptByItem(a, b, 5)).value).toBeCloseTo(neighboursKept(a, b, 5), 12);
  expect(keptByItem(a, a, 5)).toEqual(new Float64Array(60).fill(1));
  expect(keptByItem(new Uint32Array(), new Uint32Array(), 0)).toHaveLength(0);
});

test('values are those of the plain figures', () => {
  expect(gapEstimate(X, Y, DIM).value).toBeCloseTo(modalityGap(X, Y, DIM), 6);
  const both = new Float32Array([...X, ...Y]);
  const pairs = Uint32Array.of(0, 1, 7, 3, 59, 39);
  const inOne = pairs.map((row, at) => (at % 2 ? 60 + row : row));
  expect(alignmentEstimate(X, Y, DIM, pairs).value).toBeCloseTo(alignment(both, DIM, inOne), 10);
  const none = gapEstimate(X, X, DIM);
  expect(none.value).toBe(0);
  expect(none.influence.every((one) => one === 0)).toBe(true);
});

test('first-order intervals agree with drawing the items themselves anew', () => {
  // The plain bootstrap of the definitions, with the same draws of 100 items as their own groups.
  const nDraws = 1000;
  const groups = Array.from({ length: 100 }, (_, i) => `${i}`);
  const draws = drawGroups(groups, createRandom(5), { nDraws });
  const gap = gapEstimate(X, Y, DIM);
  const interval = intervalOf(gap, draws);
  const random = createRandom(5);
  const again = Float64Array.from({ length: nDraws }, () => {
    const drawn = groups.map(() => random.int(100));
    const x = gatherRows(X, drawn.filter((i) => i < 60), DIM); // prettier-ignore
    const y = gatherRows(Y, drawn.flatMap((i) => (i < 60 ? [] : [i - 60])), DIM); // prettier-ignore
    return modalityGap(x, y, DIM);
  }).sort();
  expect(interval.mean).toBe(gap.value);
  expect(interval.high - interval.low).toBeCloseTo(again[974]! - again[25]!, 1);

  const items = Array.from({ length: 60 }, (_, i) => `${i}`);
  const plane = selfPlane(X, DIM);
  const uniform = intervalOf(
    uniformityEstimate(around(X).potential),
    drawGroups(items, createRandom(6), { nDraws }),
  );
  const other = createRandom(6);
  const redrawn = Float64Array.from({ length: nDraws }, () => {
    const drawn = items.map(() => other.int(60));
    let sum = 0;
    let count = 0;
    // An item is no pair with a copy of itself.
    for (const i of drawn) {
      for (const j of drawn) {
        if (i === j) continue;
        sum += Math.exp(-4 * (1 - plane[i * 60 + j]!));
        count++;
      }
    }
    return Math.log(sum / count);
  }).sort();
  const [width, plain] = [uniform.high - uniform.low, redrawn[974]! - redrawn[25]!];
  expect(width / plain).toBeGreaterThan(0.8);
  expect(width / plain).toBeLessThan(1.2);
});

test('a change is drawn item by item together: what stays has no width', () => {
  const draws = drawGroups(
    Array.from({ length: 60 }, (_, i) => `${i % 20}`),
    createRandom(7),
  );
  const before = meanEstimate(around(X).potential);
  const after = { value: before.value + 1, influence: before.influence };
  expect(changeOf(after, before, draws)).toEqual({ mean: 1, low: 1, high: 1 });
});

test('the ends of an interval are kept within bounds', () => {
  const draws = { mean: () => ({ mean: 0, low: -1, high: 1 }) };
  const estimate = { value: 0.5, influence: new Float64Array(2) };
  expect(intervalOf(estimate, draws, { low: 0, high: 1 })).toEqual({ mean: 0.5, low: 0, high: 1 });
});

test('steps tell their share, and a part of them its share of the whole', () => {
  const shares = [...within(surroundingsSteps(X.slice(0, 4 * DIM), DIM, 2), 0.5, 1)];
  expect(shares).toEqual([0.625, 0.75, 0.875, 1]);
});
