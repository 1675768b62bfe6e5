import { createRandom, seedOf } from '../../base/random.ts';

/** Up to n of the items, a seeded sample in ascending order: what compares every pair of items takes n^2 steps. */
export function sampledItems(items: Uint32Array, n: number, name: string): Uint32Array {
  if (items.length <= n) return items;
  const drawn = createRandom(seedOf(`sample ${name}`)).shuffled([...items]);
  return Uint32Array.from(drawn.slice(0, n)).sort();
}
