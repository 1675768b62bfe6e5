import type { Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import { countsOf } from './records.ts';
import type { CollectionInfo, CollectionSource } from './types.ts';

/** The embedded world as the list shows it. */
export function worldInfo({ manifest, spaces }: CollectionSource): CollectionInfo {
  const counts = countsOf(manifest);
  const encoded = (space: Space) =>
    Object.fromEntries(space.modalities.map((modality): [Modality, number] => [modality, counts[modality]]));
  return {
    id: manifest.id,
    name: manifest.name,
    createdAt: undefined,
    origin: 'embedded',
    counts,
    spaces: spaces
      .filter(({ modalities }) => modalities.length > 0)
      .map((space) => ({ space, encoded: encoded(space), origin: 'Ships with the lab' })),
    bytes: 0,
    ready: true,
  };
}
