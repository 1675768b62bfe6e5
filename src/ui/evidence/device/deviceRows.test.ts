import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../base/errors.ts';
import { readRecords, type BenchRecord } from '../../../engine/bench/records.ts';
import { quantile, summarise, withRatio, type MeasuredRow } from '../../../engine/bench/rows.ts';
import { againstWords, deviceGroups, deviceTable, toFigure, toRatio, toWords } from './deviceRows.ts';

const row = (id: string, median: number, rest: Partial<MeasuredRow> = {}): MeasuredRow => ({
  id,
  group: 'query',
  kind: 'ours',
  what: `work of ${id}`,
  unit: 'ms',
  median,
  ...rest,
});
const record = (name: string, rows: MeasuredRow[]): BenchRecord => ({
  name,
  nCores: 2,
  browser: 'Chromium 1',
  date: '2026-01-02',
  note: '',
  rows,
});

describe('rows of the page', () => {
  const rival = row('fuse', 400, { kind: 'rival' });
  const mine = [withRatio(row('scores', 2), rival), rival, row('ranks', 9, { group: 'ranks' })];
  const other = record('Old', [row('scores', 4), row('copy', 8, { group: 'memory', unit: 'GB/s' })]);

  test('meet by id, on one scale a row, and each record says what this device is of it', () => {
    const groups = deviceGroups(mine, [other]);
    expect(groups.map(({ id, rows }) => [id, rows.map((one) => one.id)])).toEqual([
      ['query', ['scores', 'fuse']],
      ['ranks', ['ranks']],
      ['memory', ['copy']],
    ]);
    const scores = groups[0]!.rows[0]!;
    expect(scores.bars.map(({ device, length, ofRecord }) => [device, length, ofRecord])).toEqual([
      ['this device', 0.5, undefined],
      ['Old', 1, 0.5],
    ]);
    expect(scores).toMatchObject({ against: '200× as fast as “work of fuse”', faster: true });
  });

  test('of records alone are compared with nothing', () => {
    const groups = deviceGroups([], [other]);
    expect(groups.flatMap(({ rows }) => rows.flatMap(({ bars }) => bars.map((b) => b.ofRecord)))).toEqual([
      undefined,
      undefined,
    ]);
    expect(deviceGroups([], [])).toEqual([]);
  });

  test('as a table have one column a record, null where it lacks the row', () => {
    const { columns, rows } = deviceTable(mine, [other]);
    expect(columns.at(-1)).toEqual({ key: 'record0', label: 'Old, median' });
    expect(rows.map(({ median, record0 }) => [median, record0])).toEqual([
      [2, 4],
      [400, null],
      [9, null],
      [null, 8],
    ]);
    for (const one of rows) expect(Object.keys(one)).toEqual(columns.map(({ key }) => key));
  });
});

test('ratios of rates are shares, of costs they are speeds', () => {
  const copy = row('copy', 10, { unit: 'GB/s' });
  expect(againstWords(withRatio(row('read', 6.4, { unit: 'GB/s' }), copy))).toBe('64% of “work of copy”');
  expect(againstWords(withRatio(row('slow', 20), row('fast', 10)))).toBe('0.50× as fast as “work of fast”');
  expect(againstWords(copy)).toBeUndefined();
});

test('figures keep three digits', () => {
  expect([0.8391, 1.234, 15.21, 207.4, 1294.2].map(toFigure)).toEqual([
    '0.839',
    '1.23',
    '15.2',
    '207',
    '1,294',
  ]);
  expect([toWords(row('x', 1), 316_080), toWords(row('x', 1), 9.1)]).toEqual(['316 s', '9.10 ms']);
  expect([0.834, 1.26, 640.4].map(toRatio)).toEqual(['0.83', '1.3', '640']);
});

test('timings become a median and a 95th percentile by nearest rank', () => {
  const times = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(summarise('x', times)).toEqual({ what: 'x', unit: 'ms', median: 50, p95: 95, n: 100 });
  expect(summarise('x', [3], 'why')).toMatchObject({ median: 3, p95: 3, n: 1, note: 'why' });
  expect(quantile([], 0.5)).toBeNaN();
});

test('a file that is no list of records is refused', () => {
  const good = { devices: [record('A', [row('scores', 1)])] };
  expect(readRecords(good)).toEqual(good.devices);
  const broken = { ...good.devices[0]!, rows: [{ ...row('scores', 1), median: null }] };
  for (const value of [null, {}, { devices: 3 }, { devices: [null] }, { devices: [broken] }]) {
    expect(() => readRecords(value)).toThrow(FormatError);
  }
});
