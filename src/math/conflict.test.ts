import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import {
  CONFLICT_THRESHOLD,
  conflictEstimate,
  conflictOf,
  disagreements,
  overlapSteps,
  sharedByChance,
  type ExpertView,
  type Overlap,
} from './conflict.ts';
import { drawRotation, makeExperts, rotated, withNoise, type ExpertsCase } from './conflict.testing.ts';
import { dotRows } from './fusion.ts';
import { nearestInPlane, selfPlane } from './neighbours.ts';
import { neighboursKept } from './neighbourhoods.ts';
import { normaliseRows } from './sphere.ts';
import { finish } from './steps.ts';

const AGREEING: ExpertsCase = { seed: 1, noise: [0.3, 0.3], permuted: 0, turned: 0 };
const overlapOf = (a: ExpertView, b: ExpertView) => finish(overlapSteps(a, b, 10));
const caseOf = (change: Partial<ExpertsCase>) => {
  const made = makeExperts({ ...AGREEING, ...change });
  const overlap = overlapOf(made.a, made.b);
  return { ...made, overlap, parts: conflictOf(overlap) };
};

test('an overlap says what its plain definitions say', () => {
  const { a, b } = makeExperts({ ...AGREEING, permuted: 0.2, nItems: 40 });
  const overlap = overlapOf(a, b);
  const planes = [a, b].map(({ own, dim }) => selfPlane(own, dim));
  const lists = planes.map((plane) => nearestInPlane(plane, 40, 10));
  expect(overlap.neighbours).toEqual(lists);
  const mean = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0) / values.length;
  expect(mean(overlap.shared)).toBeCloseTo(neighboursKept(lists[0]!, lists[1]!, 10), 12);
  // Spearman as 1 - 6 sum d^2 / (m (m^2 - 1)), which holds without ties.
  const ranksOf = (values: readonly number[]) =>
    values.map((one) => values.filter((other) => other < one).length);
  const spearman = (x: readonly number[], y: readonly number[]) => {
    const [p, q] = [ranksOf(x), ranksOf(y)];
    const squares = p.map((one, at) => (one - q[at]!) ** 2);
    return 1 - (6 * squares.reduce((sum, one) => sum + one, 0)) / (39 * (39 ** 2 - 1));
  };
  const aroundSeven = (from: Float32Array, to: Float32Array) =>
    Array.from({ length: 40 }, (_, j) => dotRows(from, 7, to, j, 32)).filter((_, j) => j !== 7);
  expect(overlap.rankCorrelation[7]).toBeCloseTo(
    spearman(aroundSeven(a.own, a.own), aroundSeven(b.own, b.own)),
    10,
  );
  expect(overlap.withinRanks[7]).toBeCloseTo(
    spearman(aroundSeven(a.projected, a.projected), aroundSeven(b.projected, b.projected)),
    10,
  );
  const bothWays = [
    [a.projected, b.projected],
    [b.projected, a.projected],
  ].map(([own, other]) => spearman(aroundSeven(own!, own!), aroundSeven(own!, other!)));
  expect(overlap.acrossRanks[7]).toBeCloseTo((bothWays[0]! + bothWays[1]!) / 2, 10);
  const cosine = (i: number, j: number) => dotRows(a.projected, i, b.projected, j, 32);
  const others = Array.from({ length: 40 }, (_, j) => j).filter((j) => j !== 7);
  const above = others.flatMap((j) => [cosine(7, j), cosine(j, 7)]).filter((one) => one > cosine(7, 7));
  expect(overlap.beaten[7]).toBeCloseTo(above.length / 78, 12);
  expect(overlap.cosine[7]).toBeCloseTo(cosine(7, 7), 6);
  let across = 0;
  for (let i = 0; i < 40; i++) for (let j = 0; j < 40; j++) if (i !== j) across += cosine(i, j) / (40 * 39);
  expect(overlap.shuffledCosine).toBeCloseTo(across, 6);
});

test.each([0.1, 0.3, 0.6, 1])(
  'two experts that agree but for noise of %f and a rotation stay quiet',
  (noise) => {
    expect(caseOf({ noise: [noise, noise] }).parts.score).toBeLessThan(0.2);
  },
);

test.each([0.6, 1, 1.5])(
  'projectors that scatter by %f are no conflict, whatever both experts see alike',
  (noise) => {
    const { a } = makeExperts({ ...AGREEING, noise: [0.1, 0.1] });
    const scattered = (seed: number) => ({
      ...a,
      projected: withNoise(createRandom(seed), a.projected, 32, noise),
    });
    const parts = conflictOf(overlapOf(scattered(1), scattered(2)));
    expect(parts.neighbours).toBeCloseTo(1, 10);
    expect(parts.place).toBeLessThan(0.75);
    expect(parts.score).toBeLessThan(CONFLICT_THRESHOLD);
  },
);

test('experts are found that take items for one another, or whose projections lie apart', () => {
  expect(caseOf({ permuted: 0.3 }).parts.score).toBeGreaterThan(CONFLICT_THRESHOLD);
  expect(caseOf({ permuted: 0.3, noise: [0.6, 0.6] }).parts.score).toBeGreaterThan(CONFLICT_THRESHOLD);
  expect(caseOf({ turned: 1 }).parts.score).toBe(1);
  expect(caseOf({ turned: 0.75 }).parts.score).toBeGreaterThan(CONFLICT_THRESHOLD);
});

test.each([0.3, 0.6, 1])('the score rises with the share of items permuted, at noise %f', (noise) => {
  const scores = [0, 0.1, 0.2, 0.4, 0.6, 0.8, 1].map(
    (permuted) => caseOf({ permuted, noise: [noise, noise] }).parts.score,
  );
  scores.slice(1).forEach((score, i) => expect(score).toBeGreaterThanOrEqual(scores[i]!));
  expect(scores[3]!).toBeGreaterThan(scores[1]! + 0.2);
  expect(scores.at(-1)).toBeGreaterThan(0.9);
});

test('the items that were permuted disagree most', () => {
  const { overlap, chosen } = caseOf({ permuted: 0.1 });
  const values = disagreements(overlap);
  const worst = [...values.keys()].toSorted((i, j) => values[j]! - values[i]!).slice(0, chosen.length);
  expect(worst.filter((item) => chosen.includes(item)).length).toBeGreaterThanOrEqual(0.8 * chosen.length);
});

/** Order of values: how often a pair is in the same order in both, less how often not, as a share (Kendall). */
function concordance(x: readonly number[], y: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) sum += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
  }
  return sum / ((x.length * (x.length - 1)) / 2);
}

test('the score predicts where averaging two experts lowers R@1, which plain disagreement does not', () => {
  const cases = ([[0.3, 0.3], [0.6, 0.6], [1, 1], [0.5, 1]] as const).flatMap((noise, n) =>
    ([[0, 0], [0.1, 0], [0.3, 0], [0.6, 0], [1, 0], [0, 0.7], [0, 1], [0.3, 0.5]] as const).map(
      ([permuted, turned]) => caseOf({ seed: n + 5, noise, permuted, turned, nItems: 120 }),
    ),
  ); // prettier-ignore
  const losses = cases.map(({ gain }) => -gain);
  const scores = cases.map(({ parts }) => parts.score);
  const plain = cases.map(({ parts: { neighbours, ranks, place } }) => 3 - neighbours - ranks - place);
  expect(concordance(scores, losses)).toBeGreaterThan(0.6);
  expect(concordance(plain, losses)).toBeLessThan(0.45);
  // Where the warning stands, averaging loses; where it does not, it gains as often, and loses far less in the mean. (The score
  // cannot say which expert is the weaker one: averaging with that one may cost something without any conflict.)
  const meanGain = (of: typeof cases) => of.reduce((sum, { gain }) => sum + gain, 0) / of.length;
  const warned = cases.filter(({ parts }) => parts.score >= CONFLICT_THRESHOLD);
  const quiet = cases.filter(({ parts }) => parts.score < CONFLICT_THRESHOLD);
  expect(warned.filter(({ gain }) => gain < 0).length / warned.length).toBeGreaterThan(0.9);
  expect(meanGain(warned)).toBeLessThan(-0.2);
  expect(meanGain(quiet)).toBeGreaterThan(meanGain(warned) / 4);
  expect(quiet.length).toBeGreaterThan(5);
});

/** Unit rows [n, dim] of a seed. */
function drawRows(seed: number, n: number, dim: number): Float32Array {
  const random = createRandom(seed);
  return normaliseRows(
    Float32Array.from({ length: n * dim }, () => random.normal()),
    dim,
  );
}

const views = fc
  .record({ seed: fc.integer(), n: fc.integer({ min: 3, max: 24 }), alike: fc.constantFrom(0, 0.5, 1) })
  .map(({ seed, n, alike }): [ExpertView, ExpertView] => {
    const a = { own: drawRows(seed, n, 6), dim: 6, projected: drawRows(seed + 1, n, 5) };
    const mix = (x: Float32Array, y: Float32Array, dim: number) =>
      normaliseRows(
        x.map((one, at) => alike * one + (1 - alike) * y[at]!),
        dim,
      );
    const own = mix(a.own, drawRows(seed + 2, n, 6), 6);
    return [a, { own, dim: 6, projected: mix(a.projected, drawRows(seed + 3, n, 5), 5) }];
  });

test('property: bounds, and the same whichever expert comes first', () => {
  fc.assert(
    fc.property(views, ([a, b]) => {
      const [forth, back] = [overlapOf(a, b), overlapOf(b, a)];
      const [there, here] = [conflictOf(forth), conflictOf(back)];
      for (const [name, part] of Object.entries(there)) {
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(1);
        expect(part).toBeCloseTo(here[name as keyof typeof here], 6);
      }
      for (const one of disagreements(forth)) {
        expect(one).toBeGreaterThanOrEqual(0);
        expect(one).toBeLessThanOrEqual(1);
      }
      expect(back.neighbours).toEqual([forth.neighbours[1], forth.neighbours[0]]);
    }),
  );
});

test('property: an expert agrees with itself, but for the rounding of float32 rows', () => {
  fc.assert(
    fc.property(views, ([a]) => {
      const overlap = overlapOf(a, a);
      // 1 - P is a rounding error over 1 - shuffled then, and is held against 0.1.
      expect(conflictOf(overlap).score).toBeLessThan(2e-6 / (1 - overlap.shuffledCosine));
    }),
  );
});

test('property: rotating an own space, or the target for both, changes nothing', () => {
  fc.assert(
    fc.property(views, fc.integer(), ([a, b], seed) => {
      const random = createRandom(seed);
      const turn = drawRotation(random, 5);
      const turned = (view: ExpertView) => ({
        own: rotated(view.own, drawRotation(random, 6)),
        dim: 6,
        projected: rotated(view.projected, turn),
      });
      const [before, after] = [conflictOf(overlapOf(a, b)), conflictOf(overlapOf(turned(a), turned(b)))];
      expect(after.score).toBeCloseTo(before.score, 4);
      expect(after.ranks).toBeCloseTo(before.ranks, 4);
    }),
    // A fixed seed: rounding may part cosines that all but tie.
    { numRuns: 50, seed: 7 },
  );
});

test.each([
  ['confused items', { permuted: 0.1, turned: 0.5, noise: [0.6, 0.6] }],
  ['and a structure that lies elsewhere', { turned: 0.8 }],
  ['whose arrangement is what is left', { turned: 0.75, noise: [0.5, 0.7] }],
] as const)(
  'the influence of an item is what the score does when the item counts a little more: %s',
  (name, change) => {
    const { overlap, parts } = caseOf(change);
    expect(parts.misplaced > 0).toBe(name !== 'confused items');
    const { value, influence } = conflictEstimate(overlap);
    expect(value).toBe(parts.score);
    expect(influence.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 10);
    /** Means with weight 1 + h on item i, the shuffled cosine held. */
    const weighted = (i: number, h: number): Overlap => {
      const more = (values: Float64Array) => {
        const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
        return values.map((one) => one + (h / values.length) * (values[i]! - mean));
      };
      return {
        ...overlap,
        shared: more(overlap.shared),
        rankCorrelation: more(overlap.rankCorrelation),
        withinRanks: more(overlap.withinRanks),
        acrossRanks: more(overlap.acrossRanks),
        cosine: more(overlap.cosine),
        beaten: more(overlap.beaten),
      };
    };
    for (const i of [0, 50, 199]) {
      const slope = (conflictOf(weighted(i, 1e-3)).score - value) / 1e-3;
      expect(slope * overlap.nItems).toBeCloseTo(influence[i]!, 3);
    }
  },
);

test('what cannot be compared is refused', () => {
  const view = (n: number, targetDim: number) => ({
    own: new Float32Array(n * 2).fill(0.7),
    dim: 2,
    projected: new Float32Array(n * targetDim),
  });
  expect(() => overlapOf(view(2, 2), view(2, 2))).toThrow(InputError);
  expect(() => overlapOf(view(4, 2), view(5, 2))).toThrow(InputError);
  expect(() => overlapOf(view(4, 2), view(4, 3))).toThrow(InputError);
  expect(sharedByChance({ k: 10, nItems: 201 })).toBe(0.05);
});
