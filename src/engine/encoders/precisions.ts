import type { Modality } from '../../base/modality.ts';
import { SPACES } from '../../recipe/embedded.ts';
import type { Models } from '../models/types.ts';
import type { Encoders } from './encoders.ts';
import { PICTURE_PX, SAMPLE_RATE_HZ, type EncoderInput } from './inputs.ts';
import { towerOf } from './towers.ts';

/** What loads an encoder, where its precision is asked before anything was encoded: a word, a white tile, a tick of 10 ms. */
const SAMPLES: Readonly<Record<Modality, () => EncoderInput>> = {
  text: () => ({ modality: 'text', text: 'a' }),
  image: () => ({
    modality: 'image',
    pixels: new Uint8ClampedArray(PICTURE_PX * PICTURE_PX * 4).fill(255),
  }),
  audio: () => ({ modality: 'audio', samples: new Float32Array(SAMPLE_RATE_HZ / 100).fill(0.5) }),
};

/**
 * Names what vectors of a space and modality depend on beside their content: "int8", "4-bit", and of a model of the user's own its
 * repository too. An encoder that was not loaded yet is loaded. @throws as Encoders.encode
 */
export function createPrecisions(
  encoders: Pick<Encoders, 'encode' | 'status'>,
  models: Pick<Models, 'encoders'>,
): (spaceId: string, modality: Modality) => Promise<string> {
  return async (spaceId, modality) => {
    if (!SPACES.some(({ id }) => id === spaceId)) {
      const own = models.encoders().find((one) => one.space.id === spaceId && one.modality === modality);
      return own ? `${own.repo ?? own.id} ${own.precision}` : 'unknown';
    }
    const { id } = towerOf(spaceId, modality);
    const precision = () => encoders.status()[id]?.precision;
    if (precision() === undefined) await encoders.encode(spaceId, SAMPLES[modality]());
    return precision() ?? 'unknown';
  };
}
