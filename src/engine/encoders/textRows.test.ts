import { expect, test } from 'vitest';
import { AbortedError } from '../../base/errors.ts';
import { TextRows } from './textRows.ts';

/** Encodes a text to [its length, 1]. */
function setUp(options: { batchSize?: number; nKept?: number } = {}) {
  const batches: string[][] = [];
  const hooks: { during?: () => void } = {};
  const rows = new TextRows({
    ...options,
    encodeBatch(_, texts) {
      batches.push([...texts]);
      hooks.during?.();
      return Promise.resolve(Float32Array.from(texts.flatMap((text) => [text.length, 1])));
    },
  });
  return { rows, batches, hooks };
}

const named = (n: number) => Array.from({ length: n }, (_, i) => 'x'.repeat(i + 1));
const lengths = (rows: Float32Array) => [...rows].filter((_, i) => i % 2 === 0);

test.each([0, 1, 2, 3, 7])('%i texts come in their order, in batches of at most 3', async (n) => {
  const { rows, batches } = setUp({ batchSize: 3 });
  const told: number[] = [];
  const found = await rows.encode('foley', named(n), undefined, (fraction) => told.push(fraction));
  expect(lengths(found)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
  expect(batches.map(({ length }) => length)).toEqual({ 0: [], 1: [1], 2: [2], 3: [3], 7: [3, 3, 1] }[n]);
  expect(told).toEqual(batches.map((_, b) => Math.min(n, 3 * (b + 1)) / n));
});

test('each text is encoded once a space, also for calls at the same time', async () => {
  const { rows, batches } = setUp();
  const [a, b] = await Promise.all([
    rows.encode('foley', ['a', 'bb', 'a']),
    rows.encode('foley', ['bb', 'ccc']),
  ]);
  expect([lengths(a), lengths(b)]).toEqual([
    [1, 2, 1],
    [2, 3],
  ]);
  expect(batches).toEqual([['a', 'bb'], ['ccc']]);
  await rows.encode('unified', ['a']);
  expect(batches).toHaveLength(3);
});

test('an aborted or failed call keeps what it has, and the next one goes on', async () => {
  const { rows, batches, hooks } = setUp({ batchSize: 1 });
  hooks.during = () => {
    if (batches.length === 2) throw new Error('broken');
  };
  await expect(rows.encode('foley', ['a', 'bb'])).rejects.toThrow('broken');
  await expect(rows.encode('foley', ['a'], AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  delete hooks.during;
  expect(lengths(await rows.encode('foley', ['a', 'bb']))).toEqual([1, 2]);
  expect(batches).toEqual([['a'], ['bb'], ['bb']]);
});

test('rows that are cleared in the middle of a call are encoded again', async () => {
  const { rows, batches, hooks } = setUp({ batchSize: 1 });
  hooks.during = () => {
    if (batches.length === 2) rows.clear();
  };
  expect(lengths(await rows.encode('foley', ['a', 'bb']))).toEqual([1, 2]);
  expect(batches).toEqual([['a'], ['bb'], ['a']]);
});

test('a call of more texts than are kept is answered, and the oldest go', async () => {
  const { rows, batches } = setUp({ nKept: 2 });
  expect(lengths(await rows.encode('foley', named(5)))).toEqual([1, 2, 3, 4, 5]);
  await rows.encode('foley', named(5).slice(3));
  expect(batches).toHaveLength(1);
  await rows.encode('foley', named(5).slice(2));
  expect(batches[1]).toEqual(['xxx']);
});

test('what a caller does to its rows changes nothing', async () => {
  const { rows } = setUp();
  (await rows.encode('foley', ['a'])).fill(9);
  expect(lengths(await rows.encode('foley', ['a']))).toEqual([1]);
});
