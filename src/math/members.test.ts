import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import {
  agreementSteps,
  alone,
  extremes,
  leaveOneOut,
  meanOffDiagonal,
  membersOf,
  mixtureOf,
  nestedSets,
  poolMembers,
  without,
} from './members.ts';
import { normaliseRows } from './sphere.ts';
import { finish } from './steps.ts';

function drawMembers(seed: number, nItems: number, nMembers: number, dim: number) {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: nItems * nMembers * dim }, () => random.normal());
  return membersOf(normaliseRows(data, dim), nMembers, dim);
}

const cases = fc
  .tuple(fc.integer(), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 2, max: 8 }))
  .map((numbers) => drawMembers(...numbers)); // prettier-ignore

test('a mixture by hand: the bisector of the two members that are on', () => {
  const members = membersOf(Float32Array.of(1, 0, 0, 1, -1, 0), 3, 2);
  const half = Math.fround(Math.SQRT1_2);
  expect([...mixtureOf(members, [true, true, false])]).toEqual([half, half]);
  expect([...mixtureOf(members, [false, false, true])]).toEqual([-1, 0]);
  // Opposite members cancel.
  expect([...mixtureOf(members, [true, false, true])]).toEqual([0, 0]);
});

test('property: mixtures are unit rows, one member alone is itself, leaving one out is the mask without it', () => {
  fc.assert(
    fc.property(cases, (members) => {
      const { nItems, nMembers, dim, data } = members;
      const all = Array.from({ length: nMembers }, () => true);
      const mixture = mixtureOf(members, all);
      for (let i = 0; i < nItems; i++) {
        expect(Math.hypot(...mixture.subarray(i * dim, (i + 1) * dim))).toBeCloseTo(1, 5);
      }
      const first = mixtureOf(members, alone(nMembers, 0));
      first.forEach((value, at) => {
        expect(value).toBeCloseTo(data[Math.floor(at / dim) * nMembers * dim + (at % dim)]!, 6);
      });
      const left = nMembers > 1 ? leaveOneOut(members) : [];
      expect(left).toEqual(nMembers > 1 ? all.map((_, a) => mixtureOf(members, without(all, a))) : []);
    }),
  );
});

test('property: pooled ensembles mix as all their members together', () => {
  fc.assert(
    fc.property(cases, fc.integer(), (members, seed) => {
      const other = drawMembers(seed, members.nItems, 2, members.dim);
      const pooled = poolMembers([members, other]);
      const onlyFirst = Array.from({ length: pooled.nMembers }, (_, a) => a < members.nMembers);
      const all = Array.from({ length: members.nMembers }, () => true);
      expect(mixtureOf(pooled, onlyFirst)).toEqual(mixtureOf(members, all));
      expect(mixtureOf(pooled, onlyFirst.map((on) => !on))).toEqual(mixtureOf(other, [true, true])); // prettier-ignore
    }),
  );
});

test('property: agreement is symmetric, 1 on the diagonal, and one thing with the spread', () => {
  fc.assert(
    fc.property(cases, (members) => {
      const { cosines, spread } = finish(agreementSteps(members));
      const M = members.nMembers;
      const mean = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0) / values.length;
      for (let a = 0; a < M; a++) {
        expect(cosines[a * M + a]).toBeCloseTo(1, 5);
        for (let b = 0; b < M; b++) expect(cosines[a * M + b]).toBe(cosines[b * M + a]);
      }
      expect(mean(spread.map((one) => (1 - one) ** 2))).toBeCloseTo(mean(cosines), 5);
      const away = meanOffDiagonal(cosines);
      expect(((M === 1 ? 0 : away * (M - 1)) + 1) / M).toBeCloseTo(mean(cosines), 5);
    }),
  );
});

test('spread by hand: 0 of members that agree, 1 of members that cancel', () => {
  const members = membersOf(Float32Array.of(1, 0, 1, 0, 1, 0, -1, 0), 2, 2);
  const { spread, cosines } = finish(agreementSteps(members));
  expect([...spread]).toEqual([0, 1]);
  expect([...cosines]).toEqual([1, 0, 0, 1]);
  expect(meanOffDiagonal(cosines)).toBe(0);
  expect(meanOffDiagonal(Float64Array.of(1))).toBeNaN();
});

test('nested sets of one ensemble and of two', () => {
  const one = nestedSets([7]);
  expect(one.map(({ size, masks }) => [size, masks.length])).toEqual([[1, 7], [3, 1], [7, 1]]); // prettier-ignore
  const two = nestedSets([7, 7]);
  expect(two.map(({ size, masks }) => [size, masks.length])).toEqual([[1, 14], [3, 2], [7, 2], [14, 1]]); // prettier-ignore
  expect(two[1]!.masks[1]!.map(Number).join('')).toBe('00000001110000');
  expect(nestedSets([1]).map(({ size, masks }) => [size, masks.length])).toEqual([[1, 1]]);
  expect(nestedSets([])).toEqual([]);
});

test('the extremes, ties to the lower index', () => {
  expect(extremes([3, 1, 2, 1, 3], 2)).toEqual({ least: [1, 3], most: [0, 4] });
});

test('what does not fit is refused', () => {
  const members = drawMembers(1, 2, 3, 4);
  expect(() => mixtureOf(members, [false, false, false])).toThrow(InputError);
  expect(() => mixtureOf(members, [true])).toThrow(InputError);
  expect(() => leaveOneOut(drawMembers(1, 2, 1, 4))).toThrow(InputError);
  expect(() => membersOf(new Float32Array(7), 2, 2)).toThrow(InputError);
  expect(() => poolMembers([])).toThrow(InputError);
  expect(() => poolMembers([members, drawMembers(1, 3, 3, 4)])).toThrow(InputError);
});
