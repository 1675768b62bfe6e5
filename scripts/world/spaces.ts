/** The spaces that have encoders, and which of them are made how. */
import type { Modality } from '../../src/base/modality.ts';
import { SPACES, type SpaceId } from '../../src/recipe/embedded.ts';
import { ownModalities } from '../../src/world/encoders.ts';

/** Spaces that items are embedded in. */
export const ENCODED_SPACES = ['unified', 'pictext', 'foley', 'tone', 'tags', 'unified-dagger'] as const;
export type EncodedSpace = (typeof ENCODED_SPACES)[number] & SpaceId;

/** Those that are ready before any ensemble; Unified† is tuned through one. */
export const FIRST_SPACES = ENCODED_SPACES.filter((id) => id !== 'unified-dagger');

/** Modalities that a space has an encoder of its own for. */
export function encodersOf(id: EncodedSpace): Modality[] {
  return ownModalities(SPACES.find((space) => space.id === id)!);
}
