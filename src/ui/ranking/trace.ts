/** An item's rank along a slider, drawn small: rank 1 at the top, ranks on a logarithmic scale. */
import { valueAt, type Slider } from '../../recipe/sliders.ts';
import type { Factors } from '../../recipe/types.ts';

/** Height of a rank in [0, 1]: 0 of the first, 1 of the last; halfway at the square root of their number. */
export function heightOf(rank: number, nGallery: number): number {
  return nGallery > 1 ? Math.log(rank) / Math.log(nGallery) : 0;
}

/** The path of an SVG polyline through ranks at evenly spaced values, in a box of the given size. */
export function tracePath(
  ranks: readonly number[],
  nGallery: number,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): string {
  const x = (i: number) => (ranks.length > 1 ? (i / (ranks.length - 1)) * widthPx : 0);
  return ranks
    .map(
      (rank, i) =>
        `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${(heightOf(rank, nGallery) * heightPx).toFixed(1)}`,
    )
    .join('');
}

/** The slider whose value is not the same in both; where several moved (a preset), `last` if it is among them. */
export function movedSlider(
  sliders: readonly Slider[],
  before: Factors,
  now: Factors,
  last: Slider | undefined,
): Slider | undefined {
  const moved = sliders.filter((slider) => valueAt(before, slider) !== valueAt(now, slider));
  return moved.find((slider) => slider.id === last?.id) ?? moved[0];
}
