import { describe, expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { dotRows, fuse } from '../../math/fusion.ts';
import { taskRanks } from '../../recipe/taskScores.ts';
import { checkSame, checkSameRanks } from './checks.ts';
import { BENCH_RECIPE, drawPairs, drawUnitRows } from './madeUp.ts';
import {
  copyAndSort,
  createFuseThenMultiply,
  createFuseWhileMultiplying,
  createRefuser,
  refuseInto,
  remultiply,
} from './rivals.ts';
import { alsoAgainst, asRate, summarise, type MeasuredRow } from './rows.ts';
import { timings, timingsInTurns } from './timing.ts';

test('made-up rows are of unit length, seeded, and unlike each other', () => {
  const rows = drawUnitRows(5, 50, 24);
  expect(rows).toEqual(drawUnitRows(5, 50, 24));
  for (let n = 0; n < 50; n++) {
    expect(dotRows(rows, n, rows, n, 24)).toBeCloseTo(1, 6);
    expect(Math.abs(dotRows(rows, n, rows, (n + 1) % 50, 24))).toBeLessThan(0.9);
  }
});

describe('the rivals do the same work', () => {
  const { components, task } = drawPairs(41, 32);

  test('as the plain twin of the closed form', () => {
    const factors = { 'c-foley': { audio: 0.3, text: 0.7 } };
    const [fuseAudio, fuseText] = [createRefuser(components.audio), createRefuser(components.text)];
    fuseAudio(0.9);
    const vectors = { audio: fuseAudio(0.3), text: fuseText(0.7) };
    const expected = taskRanks(BENCH_RECIPE, components, task, factors);
    expect(remultiply(vectors, task, 32)).toEqual(expected);
    // An even number of queries, of an odd and of an even number of items; right answers elsewhere.
    for (const nGallery of [41, 40]) {
      const gallery = task.gallery.slice(0, nGallery).reverse();
      const queries = Uint32Array.of(7, 3, 30, 11);
      const relevant = Array.from(queries, (q) => Uint32Array.of(gallery.indexOf(q)));
      const part = { ...task, gallery, queries, relevant };
      expect(remultiply(vectors, part, 32)).toEqual(taskRanks(BENCH_RECIPE, components, part, factors));
    }
  });

  test('fusing into the same memory, also rows of an odd length and those that cancel', () => {
    const [base, expert] = [drawUnitRows(5, 4, 7), drawUnitRows(9, 4, 7)];
    base.set(expert.slice(0, 7).map((x) => -x));
    const side = { names: ['a', 'b'], nItems: 4, dim: 7, data: [base, expert] };
    const out = new Float32Array(28).fill(3);
    for (const factor of [0, 0.5, 0.3, 1]) {
      expect(refuseInto(out, side, factor)).toBe(out);
      const expected = fuse(factor, expert, base, 7);
      expect(() => checkSame(out, expected, 'fusing')).not.toThrow();
    }
  });

  test('with and without storing the fused vectors', () => {
    const query = { ...components.audio, nItems: 1, data: components.audio.data.map((x) => x.slice(0, 32)) };
    const [stored, passed] = [new Float32Array(41), new Float32Array(41)];
    const storeInto = createFuseThenMultiply(query, components.text);
    const passInto = createFuseWhileMultiplying(query, components.text);
    for (const factor of [0, 0.45, 1]) {
      storeInto(stored, 0.2, factor);
      passInto(passed, 0.2, factor);
      expect(() => checkSame(passed, stored, 'one pass')).not.toThrow();
    }
    const best = copyAndSort(stored, 3);
    expect(best.map(({ score }) => score)).toEqual([...stored].sort((a, b) => b - a).slice(0, 3));
    for (const { index, score } of best) expect(stored[index]).toBe(score);
  });
});

test('other results are refused', () => {
  const scores = Float32Array.of(0.5, 0.25);
  expect(() => checkSame(Float32Array.of(0.5, 0.2501), scores, 'x')).toThrow(InputError);
  expect(() => checkSame(Float32Array.of(0.5, NaN), scores, 'x')).toThrow(/item 1 with NaN/);
  const expected = new Uint32Array(200).fill(7);
  expect(() => checkSameRanks(expected.with(3, 8), expected, 'x')).not.toThrow();
  expect(() => checkSameRanks(expected.with(3, 12), expected, 'x')).toThrow(InputError);
  expect(() =>
    checkSameRanks(
      expected.map((rank, q) => rank + (q < 3 ? 1 : 0)),
      expected,
      'x',
    ),
  ).toThrow(/3 of 200/);
});

test('every run of a job has a number of its own, warm ones first', async () => {
  const runs: number[] = [];
  const timesMs = await timings((run) => runs.push(run), { nRuns: 2, nWarm: 1, nRepeats: 3 });
  expect(runs).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(timesMs.length).toBe(2);
  const order: string[] = [];
  const [a, b] = await timingsInTurns([(run) => order.push(`a${run}`), (run) => order.push(`b${run}`)], {
    nRuns: 2,
  });
  expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  expect([a?.length, b?.length]).toEqual([2, 2]);
});

test('a rate counts the timings it is made of; a second ratio is told in the note', () => {
  const row: MeasuredRow = { ...summarise('x', [2, 4, 5], 'why'), id: 'x', group: 'planes', kind: 'ours' };
  expect(asRate(row, 'GFLOP/s', 100)).toEqual({
    id: 'x',
    group: 'planes',
    kind: 'ours',
    what: 'x',
    unit: 'GFLOP/s',
    median: 25,
    n: 3,
    note: 'why',
  });
  const pass = summarise('in one pass', [400]);
  expect(alsoAgainst(row, pass).note).toBe('why; 100× as fast as “in one pass”');
  expect(alsoAgainst(summarise('y', [3]), pass).note).toBe('133× as fast as “in one pass”');
});
