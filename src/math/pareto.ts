/** Trade-offs: which points no other point beats in both values. */

/**
 * Indices of the Pareto front of points (a_i, b_i), higher is better in both, by ascending a: a point is on it when no other
 * is at least as good in both and better in one. Of equal points the first is kept. Points with NaN are never on it.
 */
export function paretoFront(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const order = Array.from({ length: a.length }, (_, i) => i).filter((i) => a[i] === a[i] && b[i] === b[i]);
  order.sort((i, j) => a[j]! - a[i]! || b[j]! - b[i]! || i - j);
  const front: number[] = [];
  let best = -Infinity;
  for (const i of order) {
    if (b[i]! <= best) continue;
    best = b[i]!;
    front.push(i);
  }
  return front.reverse();
}
