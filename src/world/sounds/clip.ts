import type { ClipSpec } from '../types.ts';
import { CONCEPTS } from './concepts.ts';
import { Random, SAMPLE_RATE } from './dspCore.ts';
import { brighten } from './brightness.ts';
import { placeAt } from './dspRoom.ts';
import type { Synth } from './synth.ts';
import { ANIMAL_SYNTHS } from './synthAnimals.ts';
import { BIRD_SYNTHS } from './synthBirds.ts';
import { HOUSEHOLD_SYNTHS } from './synthHousehold.ts';
import { HUMAN_SYNTHS } from './synthHuman.ts';
import { MUSIC_SYNTHS } from './synthMusic.ts';
import { NATURE_SYNTHS } from './synthNature.ts';
import { VEHICLE_SYNTHS } from './synthVehicles.ts';

const SYNTHS: Readonly<Record<string, Synth>> = {
  ...ANIMAL_SYNTHS,
  ...BIRD_SYNTHS,
  ...NATURE_SYNTHS,
  ...VEHICLE_SYNTHS,
  ...HOUSEHOLD_SYNTHS,
  ...HUMAN_SYNTHS,
  ...MUSIC_SYNTHS,
};

/** Peak of the loudest clip, beside the ear. */
const PEAK = 0.9;

/** Draws one clip of a concept: attributes uniform over their range, 2 to 3 s. @throws RangeError, unknown concept. */
export function drawClip(concept: string, seed: number): ClipSpec {
  if (!CONCEPTS.some(({ id }) => id === concept))
    throw new RangeError(`There is no sounding concept "${concept}".`);
  const random = new Random('clip', concept, seed);
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return {
    concept,
    seed,
    pitch: round(random.bipolar()),
    rate: round(random.bipolar()),
    brightness: round(random.bipolar()),
    distance: round(random.next()),
    durationS: round(random.range(2, 3)),
  };
}

/** The clip's waveform: mono, 16 kHz, round(durationS * 16000) samples, |x| <= 1. The same spec, the same samples. */
export function renderClip(spec: ClipSpec): Float32Array {
  const synth = SYNTHS[spec.concept];
  if (!synth) throw new RangeError(`There is no synthesiser for "${spec.concept}".`);
  const n = Math.round(spec.durationS * SAMPLE_RATE);
  const dry = synth({
    n,
    random: new Random('sound', spec.concept, spec.seed),
    pitch: 2 ** (0.65 * spec.pitch),
    rate: 2 ** (0.8 * spec.rate),
    brightness: spec.brightness,
  });
  const shaped = brighten(dry, spec.brightness);
  let peak = 0;
  for (const value of shaped) peak = Math.max(peak, Math.abs(value));
  if (peak > 0) for (let i = 0; i < n; i++) shaped[i]! *= PEAK / peak;
  const heard = placeAt(shaped, spec.distance);
  for (let i = 0; i < n; i++) heard[i] = Math.max(-1, Math.min(1, heard[i]!));
  return heard;
}
