/** Tables as comma-separated values (RFC 4180), for spreadsheets, pandas and R. */
import { csvFormatRows } from 'd3-dsv';

/** A value of a table: a figure, words, or nothing. */
export type Cell = string | number | null;

/**
 * CSV with the columns' labels as its first line. Numbers as JavaScript prints them: the shortest text that reads back as the
 * same float64. What is not there (null, NaN, a key that a row lacks) is an empty cell.
 */
export function writeCsv(
  columns: readonly { key: string; label: string }[],
  rows: readonly Readonly<Record<string, Cell>>[],
): string {
  const lines = rows.map((row) => columns.map(({ key }) => cellText(row[key] ?? null)));
  return `${csvFormatRows([columns.map(({ label }) => label), ...lines])}\n`;
}

function cellText(value: Cell): string {
  return value === null || Number.isNaN(value) ? '' : String(value);
}
