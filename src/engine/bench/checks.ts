/** A comparison of speed counts only where the results are the same. */
import { InputError } from '../../base/errors.ts';

/** Scores sum a thousand products in float32 on one side. */
const ROUNDING = 1e-5;

/** @throws InputError where two lists of scores differ by more than rounding. */
export function checkSame(found: Float32Array, expected: Float32Array, what: string): void {
  const at = found.findIndex((score, i) => !(Math.abs(score - expected[i]!) <= ROUNDING));
  if (at >= 0 || found.length !== expected.length) {
    throw new InputError(
      `"${what}" scores item ${at} with ${found[at]}, the closed form with ${expected[at]}.`,
    );
  }
}

/** @throws InputError where more than one in a hundred ranks differ, or one by more than near ties explain. */
export function checkSameRanks(found: Uint32Array, expected: Uint32Array, what: string): void {
  const wrong = found.filter((rank, q) => rank !== expected[q]);
  const far = found.some((rank, q) => Math.abs(rank - expected[q]!) > 2);
  if (found.length !== expected.length || far || wrong.length > found.length / 100) {
    throw new InputError(
      `"${what}" gives ${wrong.length} of ${found.length} ranks otherwise than the closed form.`,
    );
  }
}
