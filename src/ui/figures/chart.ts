/** The plain geometry of a line chart. */
import type { CurvePoint } from '../../world/figures.ts';

/** Round values from 0 to at least `max`, about `nTicks` of them: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(max: number, nTicks: number): number[] {
  if (!(max > 0)) return [0];
  const rough = max / nTicks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, i) =>
    Number((i * step).toPrecision(12)),
  );
}

/**
 * Moves label positions apart until neighbours are `gap` from each other, in their order, within [low, high] where there is
 * room; the answer is in the order given.
 */
export function spreadLabels(positions: readonly number[], gap: number, low: number, high: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const out = positions.slice();
  let floor = low;
  for (const i of order) {
    out[i] = Math.max(out[i]!, floor);
    floor = out[i]! + gap;
  }
  let ceiling = high;
  for (const i of order.toReversed()) {
    out[i] = Math.min(out[i]!, ceiling);
    ceiling = out[i]! - gap;
  }
  return out;
}

/** Index of the point whose step is nearest; the earlier one in a tie, -1 of an empty curve. */
export function nearestStep(curve: readonly CurvePoint[], step: number): number {
  let best = -1;
  curve.forEach((point, i) => {
    if (best < 0 || Math.abs(point.step - step) < Math.abs(curve[best]!.step - step)) best = i;
  });
  return best;
}

/** An SVG path through points [x, y] in pixels. */
export function linePath(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
