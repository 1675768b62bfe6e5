/** Inputs that are the same each time: for probes, and for dry runs without one of a person's own. */
import type { Modality } from '../../../base/modality.ts';
import type { DecodedInput } from './tower.ts';

const [WIDTH, HEIGHT] = [320, 240];
const RATE_HZ = 48_000;
const SECONDS = 4;

/** A sentence; a picture with structure everywhere; a rising tone. */
export function sampleInput(modality: Modality): DecodedInput {
  if (modality === 'text') return { modality, text: 'a photo of a dog that barks' };
  if (modality === 'image') {
    const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
    for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : (i * 37 + (i >> 6) * 11) % 256;
    return { modality, picture: { width: WIDTH, height: HEIGHT, data } };
  }
  const samples = Float32Array.from({ length: RATE_HZ * SECONDS }, (_, i) => {
    const t = i / RATE_HZ;
    return 0.5 * Math.sin(2 * Math.PI * (200 * t + 400 * t * t));
  });
  return { modality, sound: { samples, sampleRateHz: RATE_HZ } };
}
