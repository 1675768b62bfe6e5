import { expect, test, vi } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import type { Steps } from '../../math/steps.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { inSlices, partOf } from './slices.ts';

/** A clock that moves on with every step, by so many milliseconds. */
function* steps(n: number, ms: number, clock: { now: number }): Steps<string> {
  for (let i = 1; i <= n; i++) {
    clock.now += ms;
    yield i / n;
  }
  return 'done';
}

function fakeClock() {
  const clock = { now: 0 };
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
  return clock;
}

test('others have their turn after every few milliseconds', async () => {
  const clock = fakeClock();
  let turns = 0;
  let over = false;
  const others = (async () => {
    while (!over) {
      await nextTurn();
      turns++;
    }
  })();
  const told: number[] = [];
  const result = await inSlices(steps(50, 3, clock), { onProgress: (fraction) => told.push(fraction) });
  over = true;
  await others;
  expect(result).toBe('done');
  // Two steps of 3 ms a slice.
  expect(turns).toBeGreaterThanOrEqual(24);
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
});

test('an abort is heard between slices', async () => {
  const clock = fakeClock();
  const abort = new AbortController();
  const told: number[] = [];
  const job = inSlices(steps(1000, 10, clock), {
    signal: abort.signal,
    onProgress(fraction) {
      told.push(fraction);
      if (told.length === 3) abort.abort();
    },
  });
  await expect(job).rejects.toThrow(AbortedError);
  expect(told).toHaveLength(3);
});

test('a part tells its share of the whole', () => {
  const told: number[] = [];
  const { onProgress } = partOf({ onProgress: (fraction) => told.push(fraction) }, 1, 4);
  [0, 0.5, 1].forEach((fraction) => onProgress!(fraction));
  expect(told).toEqual([0.25, 0.375, 0.5]);
  expect(partOf({}, 0, 1)).toEqual({});
});
