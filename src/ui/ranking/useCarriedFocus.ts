import { useLayoutEffect, type RefObject } from 'react';

/** Which control of which row had the focus when the row was taken away. */
export interface CarriedFocus {
  id: string;
  /** Among the row's controls, in their order. */
  at: number;
}

const controlsOf = (row: HTMLElement) => [...row.querySelectorAll<HTMLElement>('button, [tabindex]')];

/**
 * Keeps the focus where an item's row is drawn anew in another place: a row that is taken away leaves in `carried` which of
 * its controls had the focus, and a row of the same item that is drawn in the same commit gives it to that control again,
 * without scrolling. The owner of the rows empties `carried` in a layout effect of its own, which comes after theirs.
 */
export function useCarriedFocus(
  row: RefObject<HTMLElement | null>,
  id: string,
  carried: RefObject<CarriedFocus | undefined>,
): void {
  useLayoutEffect(() => {
    const element = row.current!;
    if (carried.current?.id === id) {
      const controls = controlsOf(element);
      (controls[carried.current.at] ?? controls.at(-1))?.focus({ preventScroll: true });
    }
    return () => {
      const at = controlsOf(element).findIndex((control) => control === document.activeElement);
      if (at >= 0) carried.current = { id, at };
    };
  }, [row, id, carried]);
}
