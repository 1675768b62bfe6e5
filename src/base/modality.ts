/** What an item is made of. Open to more; every table of the lab is keyed by it. */
export type Modality = 'text' | 'image' | 'audio';

/** All modalities in the order in which they are listed everywhere. */
export const MODALITIES: readonly Modality[] = ['text', 'image', 'audio'];

/** A retrieval direction, query modality first: `"audio>text"`. */
export type Direction = `${Modality}>${Modality}`;

/** Splits `"audio>text"` into its query and gallery modality. */
export function splitDirection(direction: Direction): [query: Modality, gallery: Modality] {
  const [query, gallery] = direction.split('>') as [Modality, Modality];
  return [query, gallery];
}
