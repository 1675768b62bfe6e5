/** The settings of a grid in the plane of two tasks: which lie together, which are beaten, which is under the pointer. */
import { isBetter, type MetricId } from '../../../math/answers.ts';
import type { HalfChoice, TradeoffPoint } from '../../../state/evidence/figures.ts';
import type { Tradeoff } from '../../../state/evidence/tradeoffFigures.ts';
import { HALF_WORDS } from '../landscape/words.ts';

/** How many settings are at least as good in both values and better in one. */
export function beatenBy(
  points: readonly TradeoffPoint[],
  { a, b }: Pick<TradeoffPoint, 'a' | 'b'>,
  metric: MetricId,
): number {
  const worse = (value: number, than: number) => isBetter(metric, than, value);
  return points.filter(
    (other) =>
      !worse(other.a, a) &&
      !worse(other.b, b) &&
      (isBetter(metric, other.a, a) || isBetter(metric, other.b, b)),
  ).length;
}

/** The range of values with room round them; all values where they are few. NaN are left out. */
export function domainOf(values: readonly number[], roomShare = 0.06): [low: number, high: number] {
  const given = values.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const room = high > low ? (high - low) * roomShare : Math.max(Math.abs(high) * roomShare, 0.01);
  return [low - room, high + room];
}

/** Index of the point nearest to a place in pixels, within `reachPx`; the first of several at one place. */
export function nearestPoint(
  places: readonly (readonly [x: number, y: number])[],
  x: number,
  y: number,
  reachPx: number,
): number | undefined {
  let best: number | undefined;
  let least = reachPx;
  places.forEach(([px, py], i) => {
    const distance = Math.hypot(px - x, py - y);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

/** How many settings are on the front, where it was chosen, and what it says on the half that is shown. */
export function frontWords({ points, front, onFront }: Tradeoff, half: HalfChoice): string {
  if (front.length === 0) return 'No query of both tasks is on the validation half: no front is chosen.';
  const places = onFront.size > front.length ? `, at ${front.length} places` : '';
  const on = `${onFront.size} of ${points.length} are on it${places}`;
  const chosen = `Chosen on the validation half: no setting counted is better there in both than one of this front; ${on}.`;
  switch (half) {
    case 'validation':
      return `${chosen} Shown there too: report the test half.`;
    case 'test':
      return `${chosen} Shown on the test half, which had no say: there a chosen setting can be beaten.`;
    case 'all':
      return `${chosen} Shown on all queries, those it was chosen on among them: report the test half.`;
  }
}

/** Whether a setting is on the front, and how many beat it on the half that is shown. */
export function standingWords(
  { points, onFront }: Tradeoff,
  setting: number,
  metric: MetricId,
  half: HalfChoice,
): string {
  const beaten = beatenBy(points, points[setting]!, metric);
  const beat = `${beaten} of ${points.length} beat it on ${HALF_WORDS[half]}`;
  if (!onFront.has(setting)) return beat;
  return beaten === 0 ? 'on the front' : `on the front; ${beat}`;
}
