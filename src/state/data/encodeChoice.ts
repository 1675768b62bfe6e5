/** In which spaces a collection's media can be encoded, and which are proposed. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { CollectionInfo } from '../../engine/collections/types.ts';
import type { MediaPlan } from '../../engine/intake/types.ts';
import { SPACES } from '../../recipe/embedded.ts';
import type { Space } from '../../recipe/types.ts';

/** Spaces with encoders: those that ship, then those of the user's models. */
export function encodingSpaces(own: readonly Space[]): Space[] {
  const shipped = SPACES.filter(({ modalities }) => modalities.length > 0);
  return [...shipped, ...own.filter(({ id }) => !shipped.some((space) => space.id === id))];
}

/** Items by modality. */
export function countsOfPlan({ items }: MediaPlan): Record<Modality, number> {
  const counts: Record<Modality, number> = { text: 0, image: 0, audio: 0 };
  for (const { modality } of items) counts[modality]++;
  return counts;
}

/** Modalities that are there and that a space has an encoder for. */
export function knownOf(space: Space, counts: Readonly<Record<Modality, number>>): Modality[] {
  return MODALITIES.filter((modality) => counts[modality] > 0 && space.modalities.includes(modality));
}

/** Those that ship and know something of what is there; own models are chosen by hand, for they take longer. */
export function proposedSpaces(counts: Readonly<Record<Modality, number>>): string[] {
  return encodingSpaces([])
    .filter((space) => knownOf(space, counts).length > 0)
    .map(({ id }) => id);
}

/** Spaces in which something of a collection has no vector yet. */
export function spacesToEncode(info: CollectionInfo, own: readonly Space[]): Space[] {
  if (info.origin !== 'media') return [];
  return encodingSpaces(own).filter((space) => {
    const there = info.spaces.find((one) => one.space.id === space.id)?.encoded ?? {};
    return knownOf(space, info.counts).some((modality) => (there[modality] ?? 0) < info.counts[modality]);
  });
}

/** Vectors that a choice of spaces makes. */
export function nVectors(spaces: readonly Space[], counts: Readonly<Record<Modality, number>>): number {
  return spaces.reduce(
    (sum, space) => sum + knownOf(space, counts).reduce((n, modality) => n + counts[modality], 0),
    0,
  );
}
