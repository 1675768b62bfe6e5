import { useLayoutEffect, useRef, type RefObject } from 'react';

const GLIDE: KeyframeAnimationOptions = { duration: 180, easing: 'cubic-bezier(0.2, 0, 0, 1)' };
const ARRIVAL: KeyframeAnimationOptions = { duration: 180, easing: 'ease-out' };

const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Where a row lies: its rank, from 1, and how many opened explanations stand above it (0 or 1; between the two on the way). */
interface Place {
  rank: number;
  shift: number;
}

/**
 * A row that lies at `translateY((rank - 1) * var(--row) + shift * var(--why))` by its style fades in when it arrives and
 * glides there from the place it had. Rows stand in the page in the order of their ranks, so a changed rank moves the
 * element itself, and that ends a transition of the style sheet; an animation of the element's own goes on. A place that
 * changes under way is left from where the row is then: places and progress say where, so nothing is measured and no layout
 * is forced.
 */
export function useGlide(rank: number, shift: number): RefObject<HTMLLIElement | null> {
  const row = useRef<HTMLLIElement>(null);
  const last = useRef<{ from: Place; to: Place; animation?: Animation }>(undefined);
  useLayoutEffect(() => {
    const element = row.current!;
    const before = last.current;
    const to = { rank, shift };
    if (!before) {
      last.current = { from: to, to };
      if (!isStill()) element.animate([{ opacity: 0 }, {}], ARRIVAL);
      return;
    }
    if (before.to.rank === rank && before.to.shift === shift) return;
    // Null once the animation has ended: the row is where it was going.
    const progress = before.animation?.effect?.getComputedTiming().progress ?? 1;
    const between = (a: number, b: number) => a + (b - a) * progress;
    const from = {
      rank: between(before.from.rank, before.to.rank),
      shift: between(before.from.shift, before.to.shift),
    };
    before.animation?.cancel();
    last.current = { from, to };
    if (isStill()) return;
    const start = `translateY(calc(${from.rank - 1} * var(--row) + ${from.shift} * var(--why, 0px)))`;
    last.current.animation = element.animate([{ transform: start }, {}], GLIDE);
  }, [rank, shift]);
  return row;
}
