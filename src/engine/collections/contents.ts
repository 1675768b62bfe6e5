/** Items and their content keys in storage: in parts, for a hundred thousand at once would freeze the page. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { Recipe } from '../../recipe/types.ts';
import { nextTurn } from '../scoring/nextTurn.ts';
import { shortHash, textContent } from './content.ts';
import { keyOf, type Change, type Disk } from './disk.ts';
import type { Items } from './records.ts';

/** The large part of a collection: read when it is opened or encoded. */
export interface CollectionContents {
  items: Items;
  /** By item, the key of its content; undefined where there is none to encode. Of texts see contentsOf. */
  contents: Record<'image' | 'audio', (string | undefined)[]>;
  /** How its tiles lie. */
  atlas?: { tilePx: number; columns: number };
  recipes: Recipe[];
}

/** Under the collection's id. */
interface Head {
  counts: Record<Modality, number>;
  atlas?: { tilePx: number; columns: number };
  recipes: Recipe[];
}

/** Under id, modality and number of the part, as JSON: browsers clone a long text in a tenth of the time of its objects. */
interface Part {
  items: Items[Modality];
  contents?: (string | null)[];
}

/** Items of a part. */
const N_ITEMS = 2000;

const partKey = (id: string, modality: Modality, from: number) =>
  keyOf(id, modality, String(from).padStart(9, '0'));

/** Writes the parts of the items; returns their short hash, and the change that makes them a collection's. @throws QuotaError */
export async function writeContents(
  disk: Disk,
  id: string,
  { items, contents, atlas, recipes }: CollectionContents,
): Promise<{ hash: string; head: Change }> {
  const hashes: string[] = [];
  for (const modality of MODALITIES) {
    for (let from = 0; from < items[modality].length; from += N_ITEMS) {
      const part: Part = {
        items: items[modality].slice(from, from + N_ITEMS),
        ...(modality !== 'text' && {
          contents: contents[modality].slice(from, from + N_ITEMS).map((content) => content ?? null),
        }),
      };
      const json = JSON.stringify(part);
      hashes.push(await shortHash(json));
      await disk.write([{ table: 'contents', key: partKey(id, modality, from), value: json }]);
    }
  }
  const counts = { text: items.text.length, image: items.image.length, audio: items.audio.length };
  const head: Head = { counts, recipes, ...(atlas && { atlas }) };
  return { hash: await shortHash(hashes.join()), head: { table: 'contents', key: id, value: head } };
}

/** Undefined where there is none, or not all of it. @throws QuotaError */
export async function readContents(disk: Disk, id: string): Promise<CollectionContents | undefined> {
  const head = (await disk.get('contents', id)) as Head | undefined;
  if (!head) return undefined;
  const { counts, ...rest } = head;
  const items: Items = { text: [], image: [], audio: [] };
  const contents: CollectionContents['contents'] = { image: [], audio: [] };
  for (const modality of MODALITIES) {
    const list: Items[Modality] = items[modality];
    for (let from = 0; from < counts[modality]; from += N_ITEMS) {
      const json = (await disk.get('contents', partKey(id, modality, from))) as string | undefined;
      if (json === undefined) return undefined;
      const part = JSON.parse(json) as Part;
      list.push(...part.items);
      if (modality !== 'text')
        contents[modality].push(...part.contents!.map((content) => content ?? undefined));
      await nextTurn();
    }
  }
  return { ...rest, items, contents };
}

/** The content keys of all items of a modality: hashes of files, and texts themselves as they are encoded. */
export function contentsOf(
  { items, contents }: CollectionContents,
  modality: Modality,
): (string | undefined)[] {
  return modality === 'text' ? items.text.map(({ caption }) => textContent(caption)) : contents[modality];
}
