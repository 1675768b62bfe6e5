import { useLayoutEffect, useRef, type RefObject } from 'react';

const GLIDE: KeyframeAnimationOptions = { duration: 180, easing: 'cubic-bezier(0.2, 0, 0, 1)' };
const ARRIVAL: KeyframeAnimationOptions = { duration: 180, easing: 'ease-out' };

const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * A row that lies at `translateY((rank - 1) * var(--row))` by its style fades in when it arrives and glides there from
 * the rank it had. Rows stand in the page in the order of their ranks, so a changed rank moves the element itself, and
 * that ends a transition of the style sheet; an animation of the element's own goes on. A rank that changes under way
 * is left from where the row is then: ranks and progress say where, so nothing is measured and no layout is forced.
 */
export function useGlide(rank: number): RefObject<HTMLLIElement | null> {
  const row = useRef<HTMLLIElement>(null);
  const last = useRef<{ from: number; to: number; animation?: Animation }>(undefined);
  useLayoutEffect(() => {
    const element = row.current!;
    const before = last.current;
    if (!before) {
      last.current = { from: rank, to: rank };
      if (!isStill()) element.animate([{ opacity: 0 }, {}], ARRIVAL);
      return;
    }
    if (before.to === rank) return;
    // Null once the animation has ended: the row is where it was going.
    const progress = before.animation?.effect?.getComputedTiming().progress ?? 1;
    const from = before.from + (before.to - before.from) * progress;
    before.animation?.cancel();
    last.current = { from, to: rank };
    if (isStill()) return;
    last.current.animation = element.animate(
      [{ transform: `translateY(calc(${from - 1} * var(--row)))` }, {}],
      GLIDE,
    );
  }, [rank]);
  return row;
}
