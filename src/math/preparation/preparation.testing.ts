/** The picture and the sound that scripts/fixtures/preparation.py synthesises, value for value. */
import { readFileSync } from 'node:fs';
import type { RgbPicture } from './resize.ts';

/** Ramps, a checker of 5 pixels and sharp single pixels. */
export function madePicture(width: number, height: number): RgbPicture & { data: Uint8Array<ArrayBuffer> } {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const checker = ((Math.floor(x / 5) + Math.floor(y / 5)) % 2) * 90;
      const spots = (x * 7 + y * 13) % 29 === 0 ? 120 : 0;
      data.set(
        [x * 3 + y + checker, y * 4 + spots, Math.floor((x * y) / 3) + checker + spots],
        (y * width + x) * 3,
      );
    }
  }
  return { width, height, data };
}

/** A rising tone with harmonics over seeded noise, quiet at its start. */
export function madeSound(seconds: number, rate: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(Math.trunc(seconds * rate));
  let state = 12345;
  for (let i = 0; i < out.length; i++) {
    const t = i / rate;
    const phase = 2 * Math.PI * (180 * t + 700 * t * t);
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const tone = 0.4 * Math.sin(phase) + 0.15 * Math.sin(2 * phase) + 0.05 * Math.sin(5 * phase);
    out[i] = (tone + 0.02 * (state / 2 ** 31 - 1)) * Math.min(1, t * 2);
  }
  return out;
}

/** FNV-1a over bytes. */
export function hashOf(bytes: ArrayLike<number>): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) value = Math.imul(value ^ bytes[i]!, 0x01000193);
  return value >>> 0;
}

/** A file of fixtures/. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')) as T;
}
