/** Which item is meant: by a pointer, or by an arrow key. */
import { quadtree, type Quadtree } from 'd3-quadtree';

/** An index over the items that are seen. positions [n, 2], opacity [n]. */
export function indexPoints(positions: Float32Array, opacity: Float32Array): Quadtree<number> {
  const seen: number[] = [];
  for (let i = 0; i < opacity.length; i++) if (opacity[i]! > 0.5) seen.push(i);
  return quadtree<number>()
    .x((i) => positions[2 * i]!)
    .y((i) => positions[2 * i + 1]!)
    .addAll(seen);
}

export type Heading = 'left' | 'right' | 'up' | 'down';

/** Unit vectors in the picture's frame: y points up. */
const HEADINGS: Readonly<Record<Heading, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
};

/**
 * The item that an arrow key means: the least distance + 2 x sideways distance among the seen items within 60 degrees of
 * the heading; undefined at the edge. O(n), once a key.
 */
export function nextInDirection(
  positions: Float32Array,
  opacity: Float32Array,
  from: number,
  heading: Heading,
): number | undefined {
  const [hx, hy] = HEADINGS[heading];
  const x = positions[2 * from]!;
  const y = positions[2 * from + 1]!;
  let best: number | undefined;
  let least = Infinity;
  for (let i = 0; i < opacity.length; i++) {
    if (i === from || opacity[i]! <= 0.5) continue;
    const dx = positions[2 * i]! - x;
    const dy = positions[2 * i + 1]! - y;
    const ahead = dx * hx + dy * hy;
    const aside = Math.abs(dx * hy - dy * hx);
    if (ahead <= 0 || aside > Math.sqrt(3) * ahead) continue;
    const cost = Math.hypot(dx, dy) + 2 * aside;
    if (cost < least) {
      least = cost;
      best = i;
    }
  }
  return best;
}
