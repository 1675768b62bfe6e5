import { expect, test } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import { measureDevice } from './deviceBench.ts';
import type { Plan } from './plans.ts';
import type { MeasuredRow } from './rows.ts';

const TINY: Plan = {
  query: [
    { nItems: 301, dim: 16, nRuns: 2, nRivalRuns: 0 },
    { nItems: 101, dim: 32, nRuns: 2, nRivalRuns: 2 },
  ],
  ranks: {
    dim: 32,
    ranks: { nItems: 67, nRuns: 2, nRivalRuns: 1 },
    landscape: { nItems: 48, steps: 3, nRuns: 1, nRivalRuns: 1 },
    planes: { nItems: 56, nRuns: 2 },
  },
};

test('a plan is measured part by part; rivals give the same scores and ranks', async () => {
  const rows: MeasuredRow[] = [];
  const fractions: number[] = [];
  const note = await measureDevice(TINY, {
    onProgress(progress) {
      rows.push(...progress.rows);
      fractions.push(progress.fraction);
    },
  });
  expect(note).toMatch(/WebGPU/);
  expect(fractions.at(-1)).toBe(1);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(new Set(rows.map(({ group }) => group))).toEqual(
    new Set(['query', 'ranks', 'landscape', 'planes', 'memory']),
  );
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const { median } of rows) expect(median).toBeGreaterThanOrEqual(0);
  const rivals = rows.filter(({ kind }) => kind !== 'ours').map(({ what }) => what);
  const compared = rows.flatMap(({ ratio }) => (ratio ? [ratio.to] : []));
  expect(rivals).toEqual(expect.arrayContaining(compared));
});

test('a cancel ends the measurement', async () => {
  const controller = new AbortController();
  const measured = measureDevice(TINY, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(measured).rejects.toThrow(AbortedError);
  await expect(
    measureDevice(TINY, { signal: controller.signal, onProgress: () => undefined }),
  ).rejects.toThrow(AbortedError);
});
