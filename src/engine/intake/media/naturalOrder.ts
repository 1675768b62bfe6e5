/** Lists as a person orders files: folder by folder, and thing-2 before thing-10. */
import type { Breathe } from '../breathe.ts';

/** Longest number that is told by its value. */
const DIGITS = 20;

/** A name for plain comparison: case apart, folders before what goes on with their names, numbers by their value. */
function orderKey(path: string): string {
  return path
    .toLowerCase()
    .replaceAll('/', '\u0001')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '').padStart(DIGITS, '0'));
}

/**
 * The list in the natural order of its paths: the same whatever order a browser gave. Equal keys ("1.png", "01.png") stand by the path
 * itself. Fifty thousand at once would freeze the page, so it is merged in turns.
 */
export async function inNaturalOrder<T>(
  list: readonly T[],
  pathOf: (one: T) => string,
  breathe: Breathe,
): Promise<T[]> {
  interface Keyed {
    one: T;
    key: string;
    path: string;
  }
  const isBefore = (a: Keyed, b: Keyed) => (a.key === b.key ? a.path <= b.path : a.key < b.key);
  let runs: Keyed[][] = [];
  for (const one of list) {
    const path = pathOf(one);
    runs.push([{ one, key: orderKey(path), path }]);
    await breathe();
  }
  while (runs.length > 1) {
    const merged: Keyed[][] = [];
    for (let r = 0; r < runs.length; r += 2) {
      const a = runs[r]!;
      const b = runs[r + 1] ?? [];
      const out: Keyed[] = [];
      for (let i = 0, j = 0; i < a.length || j < b.length;) {
        out.push(j >= b.length || (i < a.length && isBefore(a[i]!, b[j]!)) ? a[i++]! : b[j++]!);
        if (out.length % 1024 === 0) await breathe();
      }
      merged.push(out);
      await breathe();
    }
    runs = merged;
  }
  return (runs[0] ?? []).map(({ one }) => one);
}
