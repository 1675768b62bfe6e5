import type { Row } from '../../src/engine/bench/rows.ts';
import { isCost } from '../../src/engine/bench/rows.ts';

const digits = (value: number) => value.toFixed(value >= 100 || value === 0 ? 0 : value < 1 ? 3 : 2);

/** A ratio in the words in which it is at least 1, where it compares times. */
function ratioWords(row: Row): string {
  const { to, value } = row.ratio!;
  return isCost(row) && value < 1
    ? `${digits(1 / value)} times as fast as "${to}"`
    : `${digits(value)} x "${to}"`;
}

/** One line of the report. */
export function formatRow(row: Row): string {
  const { what, unit, median, p95, n, ratio, note } = row;
  const parts = [`${digits(median)} ${unit}`];
  if (p95 !== undefined) parts.push(`p95 ${digits(p95)}`);
  if (n !== undefined) parts.push(`n ${n}`);
  if (ratio) parts.push(ratioWords(row));
  return `  ${what.padEnd(62)} ${parts.join('  ')}${note ? `  (${note})` : ''}`;
}
