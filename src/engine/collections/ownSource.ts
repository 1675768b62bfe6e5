/**
 * What a lab reads of a collection of the user's own.
 *
 * A space is there with the modalities that are whole in it: every item has a vector, or cannot have one (a damaged file, a row of
 * zeros). Items that cannot have one in one of these spaces are left out of the opened collection everywhere, so that all spaces
 * and recipes are compared on the same items.
 */
import { InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import type { Space } from '../../recipe/types.ts';
import { CONDITIONS, type WorldCondition } from '../../world/conditions.ts';
import { N_PEAKS } from '../../world/peaks.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { Vectors } from '../vectors.ts';
import { shortHash } from './content.ts';
import { readContents, type CollectionContents } from './contents.ts';
import type { Disk } from './disk.ts';
import { offerOf, openingOf, servedBy } from './ownRecipes.ts';
import {
  wholeModalities,
  whyNotReady,
  type CollectionRecord,
  type Items,
  type Looks,
  type StoredSpace,
} from './records.ts';
import { missingItems, readMatrix } from './rows.ts';
import type { CollectionSource } from './types.ts';

/** Nothing of one's own has stored vectors under a change. */
const CLEAN: WorldCondition = { ...CONDITIONS[0]!, about: 'The collection as it is.' };

/** Items that are kept, by modality, as indices into the stored lists, ascending. */
type Kept = Record<Modality, number[]>;

/** Record, contents and which items are seen, without anything for the screen. */
export interface OwnView {
  record: CollectionRecord;
  manifest: CollectionManifest;
  /** Spaces with vectors, with the modalities that are whole. */
  spaces: Space[];
  kept: Kept;
  contents: CollectionContents;
  embeddings(space: Space): Promise<Vectors>;
}

/** Reads what is needed to see a collection. @throws InputError where there is none of this id; QuotaError */
export async function viewOwn(disk: Disk, id: string): Promise<OwnView> {
  const record = (await disk.get('collections', id)) as CollectionRecord | undefined;
  const contents = await readContents(disk, id);
  if (!record || !contents) throw new InputError(`There is no collection "${id}": it may have been removed.`);
  const stored = record.spaces.filter((space) => wholeModalities(space, record.counts).length > 0);
  const kept = await keptItems(disk, stored, record, contents);
  const pick = <T>(list: readonly T[], modality: Modality) => kept[modality].map((i) => list[i]!);
  const items: Items = {
    text: pick(contents.items.text, 'text'),
    image: pick(contents.items.image, 'image'),
    audio: pick(contents.items.audio, 'audio'),
  };
  const state = stored.map(({ space, held }) => [space.id, held]);
  const manifest: CollectionManifest = {
    id,
    name: record.name,
    version: await shortHash(JSON.stringify([record.version, state])),
    seed: 0,
    answers: 'group',
    ...(contents.atlas && { atlas: contents.atlas }),
    ...items,
  };
  return {
    record,
    contents,
    manifest,
    kept,
    spaces: stored.map((one) => ({ ...one.space, modalities: wholeModalities(one, record.counts) })),
    async embeddings({ id: spaceId }) {
      const space = stored.find((one) => one.space.id === spaceId);
      if (!space) return {};
      const vectors: Vectors = {};
      for (const modality of wholeModalities(space, record.counts)) {
        const all = await readMatrix(disk, { collectionId: id, space, modality, contents });
        vectors[modality] = chosenRows(all, space.space.dim, kept[modality], record.counts[modality]);
      }
      return vectors;
    },
  };
}

async function keptItems(
  disk: Disk,
  stored: readonly StoredSpace[],
  record: CollectionRecord,
  contents: CollectionContents,
): Promise<Kept> {
  const kept: Kept = { text: [], image: [], audio: [] };
  for (const modality of MODALITIES) {
    const out = new Set<number>();
    const having = stored.filter((space) => wholeModalities(space, record.counts).includes(modality));
    // Of a kind that no space has, nothing can be found.
    if (having.length === 0) continue;
    for (const space of having) {
      const place = { collectionId: record.id, space, modality, contents };
      for (const item of await missingItems(disk, place)) out.add(item);
    }
    for (let i = 0; i < record.counts[modality]; i++) if (!out.has(i)) kept[modality].push(i);
  }
  return kept;
}

function chosenRows(all: Float32Array, dim: number, kept: readonly number[], n: number): Float32Array {
  if (kept.length === n) return all;
  const rows = new Float32Array(kept.length * dim);
  kept.forEach((item, i) => rows.set(all.subarray(item * dim, (item + 1) * dim), i * dim));
  return rows;
}

/**
 * Opens a collection of the user's own. `known` are all spaces of the lab.
 * @throws InputError where there is none of this id or it is not ready; QuotaError
 */
export async function openOwn(disk: Disk, id: string, known: readonly Space[]): Promise<CollectionSource> {
  const view = await viewOwn(disk, id);
  const { record, manifest, contents, kept } = view;
  const why = whyNotReady(record);
  if (why !== undefined) throw new InputError(`“${record.name}” cannot be opened yet. ${why}`);
  const looks = ((await disk.get('looks', id)) ?? {}) as Looks;
  const offer = offerOf(view.spaces, known, contents.recipes);
  const first = offer.recipes[0];
  if (!first)
    throw new InputError(
      `“${record.name}” cannot be opened: its spaces have no two kinds of items in common.`,
    );
  const served = servedBy(first, offer).filter((modality) => manifest[modality].length > 0);
  if (served.length < 2)
    throw new InputError(
      `“${record.name}” cannot be opened: no item of it has a vector in each of its spaces, so nothing could be compared. Load each space as a collection of its own.`,
    );
  let atlasUrl = looks.atlas && URL.createObjectURL(looks.atlas);
  return {
    manifest,
    opening: openingOf(manifest, served, first.bonds[0]?.modalities),
    spaces: offer.spaces,
    ensembles: offer.ensembles,
    recipes: offer.recipes,
    conditions: [CLEAN],
    get atlasUrl() {
      return atlasUrl;
    },
    peaks(index) {
      const at = (kept.audio[index] ?? -1) * N_PEAKS;
      const found = at >= 0 ? looks.peaks?.subarray(at, at + N_PEAKS) : undefined;
      return found ?? new Uint8Array(N_PEAKS);
    },
    async sound(index) {
      const stored = kept.audio[index];
      if (stored === undefined) throw new InputError(`The collection has no sound ${index}.`);
      const hash = contents.contents.audio[stored];
      const blob = hash === undefined ? undefined : ((await disk.get('media', hash)) as Blob | undefined);
      if (!blob)
        throw new InputError(
          'Only the embedding of this sound is at hand, not the sound: it cannot be played.',
        );
      return blob;
    },
    embeddings: (space) => view.embeddings(space),
    projected: () => undefined,
    dispose() {
      if (atlasUrl !== undefined) URL.revokeObjectURL(atlasUrl);
      atlasUrl = undefined;
    },
  };
}
