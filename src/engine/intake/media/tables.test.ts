import { expect, test } from 'vitest';
import { readSeparated, separatorOf } from './tables.ts';

const noBreath = () => undefined;

test('a line of megabytes is cut, so that no piece of a table takes long; what came before it is read', async () => {
  let pieces = 0;
  const long = '1,'.repeat(2_000_000);
  const table = await readSeparated(`file_name,text\ndog.png,a dog\n${long}`, ',', () => {
    pieces++;
    return undefined;
  });
  expect(table.columns).toEqual(['file_name', 'text']);
  expect(table.rows[0]).toEqual({ line: 2, cells: [['dog.png'], ['a dog']] });
  expect(table.notes).toEqual([expect.stringMatching(/500,000 characters.*may be wrong/)]);
  expect(pieces).toBeGreaterThan(4);
});

test('long tables are read to their end, quoted lines in one piece', async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => `${i}.png,"a dog,\nnumber ${i}"`);
  const table = await readSeparated(['file_name,text', ...rows].join('\n'), ',', noBreath);
  expect(table.notes).toEqual([]);
  expect(table.rows).toHaveLength(rows.length);
  expect(table.rows.at(-1)).toEqual({ line: 60_000, cells: [['29999.png'], ['a dog,\nnumber 29999']] });
});

test('the beginning of the first line tells the separator, however long it is', () => {
  expect(separatorOf('a;b;c\n1,2,3,4,5')).toBe(';');
  expect(separatorOf('1\t'.repeat(3_000_000))).toBe('\t');
  expect(separatorOf('words alone')).toBeUndefined();
});
