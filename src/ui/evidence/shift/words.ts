/** Where the lines of a condition are read. */
import type { Factors } from '../../../recipe/types.ts';
import { readPlace } from '../../../state/evidence/shiftFigures.ts';
import type { ShiftLine } from '../../../state/types.ts';

/** "at Audio 0.50"; "near Audio 0.50" where the slider stands between two counted values. */
export function placeWords(line: ShiftLine, factors: Factors, sliderLabel: string): string {
  const { value, exact } = readPlace(line, factors);
  return `${exact ? 'at' : 'near'} ${sliderLabel} ${value.toFixed(2)}`;
}
