import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CapabilityError } from '../../base/errors.ts';
import {
  MemoryBudgetError,
  planMemory,
  taskBytes,
  tilingOf,
  type MemoryPlan,
  type MemoryRefusal,
  type TaskSize,
} from './planMemory.ts';

const sizes: fc.Arbitrary<TaskSize> = fc.record({
  nQueries: fc.integer({ min: 1, max: 6000 }),
  nGallery: fc.integer({ min: 1, max: 6000 }),
  nQueryComponents: fc.integer({ min: 1, max: 4 }),
  nGalleryComponents: fc.integer({ min: 1, max: 4 }),
  dim: fc.integer({ min: 1, max: 1024 }),
});
const PAPER: TaskSize = {
  nQueries: 5000,
  nGallery: 5000,
  nQueryComponents: 2,
  nGalleryComponents: 2,
  dim: 1024,
};

test('tiles cover all queries evenly and keep to their size', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 2 ** 24 }), (size, tileBytes) => {
      const { nTiles, nRows, nColumns } = tilingOf(size, tileBytes);
      expect(nTiles * nRows).toBeGreaterThanOrEqual(size.nQueries);
      expect((nTiles - 1) * nRows).toBeLessThan(size.nQueries);
      expect(nColumns).toBeGreaterThanOrEqual(Math.max(40, size.nGallery));
      expect([nRows % 8, nColumns % 8]).toEqual([0, 0]);
      expect(nRows === 8 || 4 * nRows * nColumns <= tileBytes).toBe(true);
    }),
  );
});

test('tiles of paper size have rows for all threads, and stay small beside a huge gallery', () => {
  expect(tilingOf(PAPER)).toEqual({ nTiles: 4, nRows: 1256, nColumns: 5000 });
  expect(tilingOf({ nQueries: 1000, nGallery: 1000 })).toEqual({ nTiles: 1, nRows: 1000, nColumns: 1000 });
  expect(tilingOf({ nQueries: 2000, nGallery: 2000 }).nTiles).toBe(1);
  const { nTiles, nRows, nColumns } = tilingOf({ nQueries: 3000, nGallery: 100_000 });
  expect(4 * nRows * nColumns).toBeLessThanOrEqual(2 ** 26);
  expect(nTiles * nRows).toBeLessThan(3000 + nRows);
});

test('a task of paper size: four planes of 5,000 x 5,000 and the contraction of two', () => {
  const { planes, contraction } = taskBytes(PAPER, 'float32');
  expect(planes / (4 * 5000 * 5000 * 4)).toBeCloseTo(1, 1);
  expect(contraction).toBe(planes / 2);
  expect(taskBytes(PAPER, 'float16').planes).toBe(planes / 2);
  // A few queries in a large gallery: the gallery's rows are more than its planes while these are built.
  const few = taskBytes({ ...PAPER, nQueries: 8, nGallery: 100_000 }, 'float32');
  expect(few.scratch).toBe((2 * 100_000 + 8) * 1024 * 4);
  // A task of one tile is fast without a contraction.
  expect(taskBytes({ ...PAPER, nQueries: 1500 }, 'float32').contraction).toBe(0);
});

const requests = fc
  .record({
    tasks: fc.array(sizes, { minLength: 1, maxLength: 6 }),
    budgetBytes: fc.integer({ min: 0, max: 2 ** 31 }),
    usedBytes: fc.integer({ min: 0, max: 2 ** 28 }),
  })
  .map((one) => ({ ...one, planes: 'float32' as const, tileBytes: 2 ** 20 }));

test('a plan never passes what is free', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const plan = planMemory(request);
      fc.pre('bytes' in plan);
      expect((plan as MemoryPlan).bytes).toBeLessThanOrEqual(request.budgetBytes - request.usedBytes);
    }),
  );
});

test('a refusal says the most queries that fit, and whether half precision does', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { tasks, budgetBytes, usedBytes } = request;
      const refusal = planMemory(request) as MemoryRefusal;
      fc.pre('neededBytes' in refusal);
      expect(refusal.neededBytes).toBeGreaterThan(budgetBytes - usedBytes);
      const fits = (n: number) =>
        'bytes' in
        planMemory({
          ...request,
          tasks: tasks.map((task) => ({ ...task, nQueries: Math.min(n, task.nQueries) })),
        });
      const { sampleQueries: n, halfFits } = refusal;
      expect([n === 0 || fits(n), fits(n + 1)]).toEqual([true, false]);
      expect(halfFits).toBe('bytes' in planMemory({ ...request, planes: 'float16' }));
    }),
  );
});

test('contractions are left out where only they do not fit', () => {
  const { planes, contraction, scratch } = taskBytes(PAPER, 'float32');
  const plan = (budgetBytes: number) =>
    planMemory({ tasks: [PAPER], planes: 'float32', budgetBytes, usedBytes: 0 });
  const all = planes + contraction + scratch;
  expect(plan(all)).toEqual({ bytes: all, contracts: true });
  expect(plan(all - 1)).toEqual({ bytes: planes + scratch, contracts: false });
  expect(plan(planes)).toHaveProperty('neededBytes', planes + scratch);
});

test('the error says what is needed, what there is and what would fit', () => {
  const refusal = {
    neededBytes: 1500 * 2 ** 20,
    budgetBytes: 2 ** 30,
    usedBytes: 2 ** 20,
    planes: 'float32' as const,
    sampleQueries: 3000,
    halfFits: true,
  };
  const error = new MemoryBudgetError(refusal);
  expect(error).toBeInstanceOf(CapabilityError);
  expect(error.refusal).toBe(refusal);
  expect(error.message).toBe(
    'The planes of these tasks need 1,500 MiB; the budget is 1,024 MiB, of which other collections hold 1 MiB. What ' +
      'would fit: a sample of 3000 queries a task, or half-precision planes. A larger budget can be set where the ' +
      'machine has the memory.',
  );
  const without = new MemoryBudgetError({ ...refusal, noHalf: 'there is none' });
  expect(without.message).toContain(
    '3000 queries a task. Half-precision planes would fit, but there is none.',
  );
});
