/** Moving two factors at once by keys. */

/** Where a factor may go: in [0, 1], in hundredths. */
export function toFactor(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 100) / 100;
}

/**
 * Where a key moves a place (x, y): arrows by 0.05, with Shift by 0.01; Home and End to the ends along x, Page Down and Page Up
 * along y. Undefined of any other key.
 */
export function stepOf(
  key: string,
  shift: boolean,
  { x, y }: { x: number; y: number },
): { x: number; y: number } | undefined {
  const by = shift ? 0.01 : 0.05;
  switch (key) {
    case 'ArrowLeft':
      return { x: toFactor(x - by), y };
    case 'ArrowRight':
      return { x: toFactor(x + by), y };
    case 'ArrowDown':
      return { x, y: toFactor(y - by) };
    case 'ArrowUp':
      return { x, y: toFactor(y + by) };
    case 'Home':
      return { x: 0, y };
    case 'End':
      return { x: 1, y };
    case 'PageDown':
      return { x, y: 0 };
    case 'PageUp':
      return { x, y: 1 };
    default:
      return undefined;
  }
}
