import { InputError, throwIfAborted } from '../../base/errors.ts';
import { SPACES } from '../../recipe/embedded.ts';
import type { Encoders } from '../encoders/encoders.ts';
import type { EncoderInput } from '../encoders/inputs.ts';
import type { OwnInput } from '../types.ts';
import type { Models } from './types.ts';

/** The lab's encoders, where spaces that do not ship with it are served by encoders of the user's own. */
export function withModels(encoders: Encoders, models: Pick<Models, 'encode' | 'spaces'>): Encoders {
  const isEmbedded = (spaceId: string) => SPACES.some(({ id }) => id === spaceId);
  const encode = (spaceId: string, input: EncoderInput, signal?: AbortSignal): Promise<Float32Array> => {
    if (isEmbedded(spaceId)) return encoders.encode(spaceId, input, signal);
    if (!models.spaces().some(({ id }) => id === spaceId)) {
      return Promise.reject(
        new InputError(
          `The space "${spaceId}" has stored vectors only, no encoder here: nothing new can be encoded in it. Add one under Data > Models.`,
        ),
      );
    }
    return models.encode(spaceId, ownInput(input), signal);
  };
  return {
    encode,
    async encodeTexts(spaceId, texts, signal, onProgress) {
      if (isEmbedded(spaceId)) return encoders.encodeTexts(spaceId, texts, signal, onProgress);
      const rows: Float32Array[] = [];
      for (const text of texts) {
        throwIfAborted(signal);
        rows.push(await encode(spaceId, { modality: 'text', text }, signal));
        onProgress?.(rows.length / texts.length);
      }
      const dim = rows[0]?.length ?? 0;
      const out = new Float32Array(rows.length * dim);
      rows.forEach((row, i) => out.set(row, i * dim));
      return out;
    },
    project: (...given) => encoders.project(...given),
    members: (...given) => encoders.members(...given),
    status: () => encoders.status(),
    onStatus: (listener) => encoders.onStatus(listener),
    dispose: () => encoders.dispose(),
  };
}

/** @throws InputError of pixels and samples that were prepared for the lab's own encoders. */
function ownInput(input: EncoderInput): OwnInput {
  if (input.modality === 'text') return input;
  if ('blob' in input) return input;
  throw new InputError(
    `This ${input.modality} was prepared for the lab's own encoders. Give the file itself.`,
  );
}
