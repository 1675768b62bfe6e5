import { csvParse } from 'd3-dsv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeCsv, type Cell } from './csv.ts';

const columns = [
  { key: 'task', label: 'task' },
  { key: 'value', label: 'R@1, "test" half' },
];

test('labels head the columns; what is not there is empty', () => {
  const rows: Record<string, Cell>[] = [
    { task: 'a, b', value: 0.1 + 0.2 },
    { task: 'say "x"\nthen y', value: null },
    { value: NaN },
  ];
  expect(writeCsv(columns, rows)).toBe(
    'task,"R@1, ""test"" half"\n"a, b",0.30000000000000004\n"say ""x""\nthen y",\n,\n',
  );
});

test('any words and numbers read back as they were', { timeout: 60_000 }, () => {
  const row = fc.record({
    task: fc.string({ unit: 'binary', minLength: 1 }),
    value: fc.double({ noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const read = csvParse(writeCsv(columns, rows));
      expect(read.map((one) => one.task)).toEqual(rows.map(({ task }) => task));
      read.forEach((one, i) => expect(Number(one[columns[1]!.label])).toBe(rows[i]!.value + 0));
    }),
  );
});
