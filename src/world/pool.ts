/** The embedded training pools for the browser: unpaired texts, pictures and sounds, and where their vectors lie. */
import type { Modality } from '../base/modality.ts';
import { SPACES } from '../recipe/embedded.ts';
import { ownModalities } from './encoders.ts';
import type { Style } from './pictures.ts';
import type { ClipSpec } from './types.ts';

/**
 * public/world/pool/pool.json. Item i of a list is row i of that modality in every space: world/pool/<space>.safetensors
 * holds unit rows [n, dim] in half precision, one tensor a modality that the space has its own encoder for.
 */
export interface PoolManifest {
  /** What some space learned from: names, names with tags, sentences about sounds. No text stands twice. */
  texts: string[];
  /** Every emoji that training sees, in each style that training sees. Tile i of the atlas is picture i. */
  pictures: PoolPicture[];
  /** `caption` is for showing alone: no mining reads it. */
  sounds: PoolSound[];
}

export interface PoolPicture {
  hexcode: string;
  style: Style;
  name: string;
}

export interface PoolSound {
  clip: ClipSpec;
  caption: string;
}

/** Address of the manifest below public/. */
export const POOL_MANIFEST = 'world/pool/pool.json';

/** Tiles of the pool's pictures, row by row, on a transparent ground. */
export const POOL_ATLAS = { file: 'world/pool/atlas.webp', tilePx: 32, columns: 64 } as const;

/** Address of a space's vectors below public/. */
export const poolPath = (spaceId: string): string => `world/pool/${spaceId}.safetensors`;

/** Number of items of each modality. */
export function poolSizes({ texts, pictures, sounds }: PoolManifest): Record<Modality, number> {
  return { text: texts.length, image: pictures.length, audio: sounds.length };
}

/** The tensors that a space's file holds: [items, dim] of each modality that it has an encoder of its own for. */
export function poolShapes(
  manifest: PoolManifest,
  spaceId: string,
): Partial<Record<Modality, [number, number]>> {
  const sizes = poolSizes(manifest);
  const space = SPACES.find(({ id }) => id === spaceId);
  return Object.fromEntries(
    (space ? ownModalities(space) : []).map((modality) => [modality, [sizes[modality], space!.dim]]),
  );
}
