import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { SavedCollection } from './savedFormat.ts';
import { parseSaved } from './savedJson.ts';

/** Items that cross to the page in one text. */
const N_ITEMS = 2000;

/** Reads collection.json in the worker; items go back in parts that the page can take between two frames. */
export class SavedJsonService {
  /** @throws FormatError */
  async read(
    blob: Blob,
  ): Promise<{ rest: Omit<SavedCollection, 'items'>; parts: Record<Modality, string[]> }> {
    const { items, ...rest } = await parseSaved(blob);
    const parts: Record<Modality, string[]> = { text: [], image: [], audio: [] };
    for (const modality of MODALITIES) {
      const list: readonly unknown[] = items[modality];
      for (let from = 0; from < list.length; from += N_ITEMS)
        parts[modality].push(JSON.stringify(list.slice(from, from + N_ITEMS)));
    }
    return { rest, parts };
  }
}
