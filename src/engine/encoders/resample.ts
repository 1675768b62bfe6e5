/** Resampling on the page's thread: a minute of sound takes a second, so it is done in pieces. */
import { resampleSound } from '../../math/preparation/soundRate.ts';
import { createBreather } from '../intake/breathe.ts';

/** Samples of the result that are made at a time: some milliseconds. */
const PIECE = 4000;
/** Seconds, at the lower rate's own pace, that a sample of the result hears on each side: the sinc's 32 crossings and room. */
const REACH_CROSSINGS = 40;

/**
 * What resampleSound(samples, fromHz, toHz) gives, within rounding, without holding up the page. Pieces begin where samples of both
 * rates meet. @throws InputError as resampleSound
 */
export async function resampleInPieces(
  samples: Float32Array<ArrayBuffer>,
  fromHz: number,
  toHz: number,
): Promise<Float32Array<ArrayBuffer>> {
  if (fromHz === toHz) return samples;
  const shared = greatestDivisor(fromHz, toHz);
  const [stepFrom, stepTo] = [fromHz / shared, toHz / shared];
  const steps = Math.max(1, Math.round(PIECE / stepTo));
  const pad = Math.ceil((REACH_CROSSINGS * Math.max(1, fromHz / toHz)) / stepFrom);
  const out = new Float32Array(Math.max(1, Math.round((samples.length * toHz) / fromHz)));
  const breathe = createBreather();
  for (let step = 0; step * stepTo < out.length; step += steps) {
    const before = Math.min(step, pad);
    const piece = samples.subarray((step - before) * stepFrom, (step + steps + pad) * stepFrom);
    const made = resampleSound(piece, fromHz, toHz);
    out.set(
      made.subarray(before * stepTo).subarray(0, Math.min(steps * stepTo, out.length - step * stepTo)),
      step * stepTo,
    );
    await breathe();
  }
  return out;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
