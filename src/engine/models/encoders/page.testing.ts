/** Opens own encoders in this browser, and what their vectors have to be. */
import { deleteDB } from 'idb';
import { beforeEach, onTestFinished, vi } from 'vitest';
import { pixelValues } from '../../../math/preparation/pixels.ts';
import type { Backend } from '../../types.ts';
import { EncoderStore } from './encoderStore.ts';
import { createOwnEncoders } from './ownEncoders.ts';
import { memoryModels } from './ownEncoders.testing.ts';
import { clipRepository, DIM, visionWeights } from './repositories.testing.ts';

export const backend = import.meta.env.BONDLAB_BACKEND as Backend;
export const CLIP = 'Xenova/clip-vit-base-patch32';
export const DATABASE = 'bondlab.encoders-test';

beforeEach(() => deleteDB(DATABASE));

export async function open(models = memoryModels()) {
  const own = createOwnEncoders({ models, store: new EncoderStore(DATABASE) });
  onTestFinished(() => own.dispose());
  await own.opened;
  const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 60_000 });
  return { models, own, until };
}

/** Opens with CLIP kept, pinned to the backend of this run. */
export async function openClip() {
  const models = memoryModels();
  models.keep(CLIP, clipRepository(['fp32']));
  const opened = await open(models);
  for (const { id } of opened.own.encoders()) opened.own.setBackend(id, backend);
  return opened;
}

export async function png(width: number, height: number): Promise<{ blob: Blob; rgb: Uint8ClampedArray }> {
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  const image = context.createImageData(width, height);
  for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : (i * 31 + (i >> 7)) % 256;
  context.putImageData(image, 0, 0);
  return { blob: await context.canvas.convertToBlob(), rgb: image.data.filter((_, i) => i % 4 !== 3) };
}

/** What the graph of clipRepository makes of a picture. */
export function rightVector(width: number, height: number, rgb: Uint8ClampedArray): Float32Array {
  const { data } = pixelValues(
    { width, height, data: rgb },
    {
      resize: { mode: 'shortest', size: 224 },
      filter: 'bicubic',
      crop: { width: 224, height: 224 },
      scale: 1 / 255,
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
      layout: 'NCHW',
    },
  );
  const weights = visionWeights();
  const out = new Float64Array(DIM);
  data.forEach((value, i) => {
    const [c, y, x] = [Math.floor(i / 50176), Math.floor(i / 224) % 224, i % 224];
    const at = (c * 49 + Math.floor(y / 32) * 7 + Math.floor(x / 32)) * DIM;
    if (value !== 0) for (let d = 0; d < DIM; d++) out[d]! += (value * weights[at + d]!) / 1024;
  });
  const norm = Math.hypot(...out);
  return Float32Array.from(out, (value) => value / norm);
}

export const cosine = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, d) => sum + value * b[d]!, 0);
