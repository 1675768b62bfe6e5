import { expect, test, vi } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import { costStudy } from './costStudy.ts';
import type { CostSubject } from './types.ts';

/** A clock that only work moves on. */
function fakeClock() {
  const clock = { now: 1000 };
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
  return clock;
}

/** Work of a fixed cost a run and a cost an item. */
function subject(
  id: string,
  clock: { now: number },
  perRun: number,
  perItem: number,
  log: string[] = [],
): CostSubject {
  return {
    id,
    name: id,
    kind: id === 'encoder' ? 'encoder' : 'mixture',
    nMembers: id === 'encoder' ? 0 : 7,
    bytes: 100,
    prepare(n) {
      clock.now += 500; // making the input is outside of the time
      log.push(`prepare ${id} ${n}`);
      return Promise.resolve(() => {
        log.push(id);
        clock.now += perRun + perItem * n;
        return Promise.resolve();
      });
    },
  };
}

test('times are per 1,000 items, warm, for every batch', async () => {
  const clock = fakeClock();
  const subjects = [subject('encoder', clock, 10, 2), subject('mixture', clock, 0.5, 0.1)];
  const { rows } = await costStudy({ subjects, nRuns: 5 });
  const times = rows.map((row) =>
    row.times.map(({ batch, msPerThousand }) => [batch, Math.round(msPerThousand)]),
  );
  // (10 + 2 n) / n and (0.5 + 0.1 n) / n of a thousand.
  expect(times[0]).toEqual([[1, 12_000], [32, 2313], [256, 2039]]); // prettier-ignore
  expect(times[1]).toEqual([[1, 600], [32, 116], [256, 102]]); // prettier-ignore
  expect(rows.map(({ kind, nMembers, bytes }) => [kind, nMembers, bytes])).toEqual([
    ['encoder', 0, 100],
    ['mixture', 7, 100],
  ]);
  expect(rows[0]!.times[0]).toMatchObject({ nRuns: 5 });
});

test('a median is not moved by one slow run, and short runs are repeated', async () => {
  const clock = fakeClock();
  let run = 0;
  const slow: CostSubject = {
    ...subject('slow', clock, 0, 0),
    prepare: () =>
      Promise.resolve(() => {
        clock.now += ++run === 6 ? 1000 : 20;
        return Promise.resolve();
      }),
  };
  const log: string[] = [];
  const { rows } = await costStudy({
    subjects: [slow, subject('short', clock, 1, 0, log)],
    batches: [1],
    nRuns: 7,
  });
  expect(rows[0]!.times[0]).toMatchObject({ msPerThousand: 20_000, upper: 20_000 });
  // 2 runs to see how long one takes, then 8 a timing: one of warming up, seven that count.
  expect(log.filter((one) => one === 'short')).toHaveLength(2 + 8 * 8);
  expect(rows[1]!.times[0]!.msPerThousand).toBeCloseTo(1000, 9);
});

test('subjects take turns, so that the machine’s other work meets them alike', async () => {
  const clock = fakeClock();
  const log: string[] = [];
  await costStudy({
    subjects: [subject('encoder', clock, 20, 0, log), subject('mixture', clock, 20, 0, log)],
    batches: [4],
    nRuns: 3,
  });
  expect(log.slice(-8)).toEqual([
    'encoder',
    'mixture',
    'encoder',
    'mixture',
    'encoder',
    'mixture',
    'encoder',
    'mixture',
  ]);
});

test('long batches are timed fewer times, and no fewer than five', async () => {
  const clock = fakeClock();
  const { rows } = await costStudy({
    subjects: [subject('encoder', clock, 0, 30), subject('mixture', clock, 2, 0)],
    batches: [1, 64, 256],
  });
  for (const { times } of rows) expect(times.map(({ nRuns }) => nRuns)).toEqual([15, 10, 5]);
  expect(rows[0]!.times.map(({ msPerThousand }) => Math.round(msPerThousand))).toEqual([30e3, 30e3, 30e3]);
});

test('it tells how far it is, and can be taken back', async () => {
  const clock = fakeClock();
  const told: number[] = [];
  const subjects = [subject('encoder', clock, 20, 0)];
  await costStudy({ subjects, nRuns: 2 }, { onProgress: (fraction) => told.push(fraction) });
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
  const abort = new AbortController();
  const stopped = costStudy(
    { subjects, nRuns: 50 },
    { signal: abort.signal, onProgress: () => abort.abort() },
  );
  await expect(stopped).rejects.toThrow(AbortedError);
});
