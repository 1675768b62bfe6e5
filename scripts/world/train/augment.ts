import type { Random } from '../../../src/base/random.ts';

export const PICTURE_PX = 64;
export const N_FRAMES = 128;
export const N_MELS = 64;
const PATCH_PX = 8;
const PATCH_FRAMES = 16;
const PATCH_MELS = 8;
export const IMAGE_PATCH = 3 * PATCH_PX * PATCH_PX;
export const AUDIO_PATCH = PATCH_FRAMES * PATCH_MELS;
export const N_PATCHES = 64;

/**
 * Writes a picture as patches [64, 192], values in [-1, 1], into out at `offset`: patch index gy * 8 + gx, inside a
 * patch (channel, y, x), as the ONNX graph cuts them. `rgba` is [64, 64, 4] and is drawn on `background` (0..255 each).
 */
export function picturePatches(
  rgba: Uint8ClampedArray | Uint8Array,
  background: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  for (let y = 0; y < PICTURE_PX; y++) {
    for (let x = 0; x < PICTURE_PX; x++) {
      const at = (y * PICTURE_PX + x) * 4;
      const alpha = rgba[at + 3]! / 255;
      const patch = (y >> 3) * 8 + (x >> 3);
      const inside = (y & 7) * 8 + (x & 7);
      for (let c = 0; c < 3; c++) {
        const value = rgba[at + c]! * alpha + background[c]! * (1 - alpha);
        out[offset + patch * IMAGE_PATCH + c * 64 + inside] = value / 127.5 - 1;
      }
    }
  }
}

/**
 * A training view of a picture: random scale (0.75 to 1.1), rotation (+-14 degrees), shift (+-7 px), background, colour
 * (gain and offset per channel, now and then grey), written as picturePatches does. Bilinear in premultiplied colour.
 */
export function augmentPicture(
  rgba: Uint8ClampedArray,
  random: Random,
  out: Float32Array,
  offset: number,
): void {
  const scale = 1 / (0.75 + 0.35 * random.float());
  const angle = (random.float() - 0.5) * 0.5;
  const squeeze = 0.9 + 0.2 * random.float();
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  const shiftX = (random.float() - 0.5) * 14;
  const shiftY = (random.float() - 0.5) * 14;
  const white = random.float() < 0.6;
  const background = [0, 1, 2].map(() => (white ? 255 : 255 * random.float()));
  const grey = random.float() < 0.15;
  const gain = [0, 1, 2].map(() => 0.75 + 0.5 * random.float());
  const bias = [0, 1, 2].map(() => (random.float() - 0.5) * 50);
  const half = PICTURE_PX / 2 - 0.5;
  const sample = new Float64Array(4);
  for (let y = 0; y < PICTURE_PX; y++) {
    for (let x = 0; x < PICTURE_PX; x++) {
      const dx = x - half - shiftX;
      const dy = (y - half - shiftY) * squeeze;
      bilinear(rgba, half + cos * dx - sin * dy, half + sin * dx + cos * dy, sample);
      const alpha = sample[3]!;
      const patch = (y >> 3) * 8 + (x >> 3);
      const inside = (y & 7) * 8 + (x & 7);
      const mean = (sample[0]! + sample[1]! + sample[2]!) / 3;
      for (let c = 0; c < 3; c++) {
        const colour = (grey ? mean : sample[c]!) * gain[c]! + bias[c]! * alpha;
        const value = Math.min(255, Math.max(0, colour + background[c]! * (1 - alpha)));
        out[offset + patch * IMAGE_PATCH + c * 64 + inside] = value / 127.5 - 1;
      }
    }
  }
}

/** Colour at (x, y) with alpha already multiplied in; transparent outside. Writes r, g, b in 0..255 and alpha in 0..1. */
function bilinear(rgba: Uint8ClampedArray, x: number, y: number, out: Float64Array): void {
  out.fill(0);
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  for (let j = 0; j < 2; j++) {
    for (let i = 0; i < 2; i++) {
      const px = x0 + i;
      const py = y0 + j;
      if (px < 0 || py < 0 || px >= PICTURE_PX || py >= PICTURE_PX) continue;
      const at = (py * PICTURE_PX + px) * 4;
      const alpha = (rgba[at + 3]! / 255) * (i ? x - x0 : 1 - x + x0) * (j ? y - y0 : 1 - y + y0);
      out[0]! += rgba[at]! * alpha;
      out[1]! += rgba[at + 1]! * alpha;
      out[2]! += rgba[at + 2]! * alpha;
      out[3]! += alpha;
    }
  }
}

/** Mean and deviation of log-mel values, subtracted and divided inside the exported graph too. */
export interface MelScale {
  mean: number;
  deviation: number;
}

/**
 * Writes log-mel features [128, 64] (dB, frame major) as patches [64, 128]: patch index t * 8 + m, inside (frame, mel).
 * With `random`, a training view: roll in time, gain, one band and one stretch masked, a second sound mixed in below.
 */
export function melPatches(
  features: Float32Array,
  scale: MelScale,
  out: Float32Array,
  offset: number,
  random?: Random,
  other?: Float32Array,
): void {
  const roll = random ? random.int(N_FRAMES) : 0;
  const gainDb = random ? (random.float() - 0.5) * 8 : 0;
  const maskMel = random && random.float() < 0.5 ? random.int(N_MELS - 6) : -99;
  const maskFrame = random && random.float() < 0.5 ? random.int(N_FRAMES - 16) : -99;
  const mix = random && other && random.float() < 0.3 ? 0.02 + 0.1 * random.float() : 0;
  for (let t = 0; t < N_FRAMES; t++) {
    const from = ((t + roll) % N_FRAMES) * N_MELS;
    for (let m = 0; m < N_MELS; m++) {
      let dB = features[from + m]! + gainDb;
      if (mix > 0) dB = 10 * Math.log10(10 ** (dB / 10) + mix * 10 ** (other![from + m]! / 10));
      const masked = (m >= maskMel && m < maskMel + 6) || (t >= maskFrame && t < maskFrame + 16);
      const value = masked ? 0 : (dB - scale.mean) / scale.deviation;
      out[offset + ((t >> 4) * 8 + (m >> 3)) * AUDIO_PATCH + (t & 15) * PATCH_MELS + (m & 7)] = value;
    }
  }
}
