/** Unpaired items to train on: the embedded pools, or the validation half of the collection on screen. */
import { FormatError, InputError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import { normaliseRows } from '../../math/sphere.ts';
import type { Space } from '../../recipe/types.ts';
import { POOL_ATLAS, POOL_MANIFEST, poolPath, poolSizes, type PoolManifest } from '../../world/pool.ts';
import { renderClip } from '../../world/sounds/clip.ts';
import { SAMPLE_RATE } from '../../world/sounds/dspCore.ts';
import type { ClipSpec, CollectionManifest } from '../../world/types.ts';
import type { Playable, SoundPlayer } from '../media/player.ts';
import { fetchFile, fetchJson } from '../storage/fetchFile.ts';
import type { Pool, PoolId, PoolItem } from './types.ts';

type Rows = Partial<Record<Modality, Float32Array>>;

export interface PoolSources {
  /** Address of a file below public/. */
  assetUrl: (path: string) => string;
  /** Spaces that something is encoded into. */
  spaces: readonly Space[];
  /** The collection on screen: it measures, and its validation half is a pool. */
  manifest: CollectionManifest;
  /** Unit rows of every item of the collection in a space. */
  embeddings: (spaceId: string) => Promise<Rows>;
  player: SoundPlayer;
  /** As CollectionSource. */
  atlasUrl: string | undefined;
  sound: (index: number) => Promise<Playable>;
}

/** Loads each pool once; a failure is not kept, so that the next call tries again. */
export class Pools {
  readonly #sources: PoolSources;
  readonly #pools = new Map<PoolId, Promise<Pool>>();

  constructor(sources: PoolSources) {
    this.#sources = sources;
  }

  /** @throws MissingFileError, InputError on an unknown pool. */
  pool(id: PoolId): Promise<Pool> {
    return once(this.#pools, id, async () => {
      if (id === 'embedded') return this.#embedded();
      if (id === 'collection') return this.#collection();
      throw new InputError(`There is no pool "${String(id)}"; there are embedded and collection.`);
    });
  }

  async #embedded(): Promise<Pool> {
    const { assetUrl, spaces, player } = this.#sources;
    const manifest = await fetchJson<PoolManifest>(assetUrl(POOL_MANIFEST));
    const { texts, pictures, sounds } = manifest;
    const sizes = poolSizes(manifest);
    const rows = new Map<string, Promise<Rows>>();
    const vectors = (spaceId: string): Promise<Rows> =>
      once(rows, spaceId, async () => {
        const { id, dim, modalities, tunedFrom } = spaceOf(spaces, spaceId);
        const path = poolPath(id);
        const stored = readSafetensors(await fetchFile(assetUrl(path)));
        const shared = tunedFrom ? await vectors(tunedFrom.space) : {};
        const out: Rows = {};
        for (const modality of modalities) {
          const tensor = stored.get(modality);
          if (tensor && (tensor.shape[0] !== sizes[modality] || tensor.shape[1] !== dim)) {
            throw new FormatError(
              `${path} holds ${modality} [${tensor.shape.join(', ')}], the pool needs [${sizes[modality]}, ${dim}]. ` +
                'Rebuild it with "npm run world".',
            );
          }
          const found = tensor ? normaliseRows(tensor.data, dim) : shared[modality];
          if (!found) throw new FormatError(`${path} has no ${modality}. Rebuild it with "npm run world".`);
          out[modality] = found;
        }
        return out;
      });
    const { file, ...grid } = POOL_ATLAS;
    const look = { atlas: assetUrl(file), nTiles: pictures.length, ...grid };
    return {
      id: 'embedded',
      name: 'Embedded pools',
      sizes,
      vectors,
      item(modality, index): PoolItem {
        checkIndex(modality, index, sizes[modality]);
        if (modality === 'text') return { label: texts[index]! };
        if (modality === 'image') {
          return { label: pictures[index]!.name, picture: { ...look, tile: index } };
        }
        const { clip, caption } = sounds[index]!;
        return { label: caption, play: () => play(player, `pool:${index}`, clip) };
      },
    };
  }

  #collection(): Pool {
    const { spaces, manifest, embeddings, player, atlasUrl, sound } = this.#sources;
    const items = Object.fromEntries(
      MODALITIES.map((modality) => [
        modality,
        [...manifest[modality].keys()].filter((i) => manifest[modality][i]!.half === 'validation'),
      ]),
    ) as Record<Modality, number[]>;
    const sizes = { text: items.text.length, image: items.image.length, audio: items.audio.length };
    const rows = new Map<string, Promise<Rows>>();
    return {
      id: 'collection',
      name: `${manifest.name}, validation half`,
      sizes,
      vectors: (spaceId) =>
        once(rows, spaceId, async () => {
          const { dim } = spaceOf(spaces, spaceId);
          const all = await embeddings(spaceId);
          return Object.fromEntries(
            Object.entries(all).map(([key, x]) => [key, gatherRows(x, items[key as Modality], dim)]),
          );
        }),
      item(modality, index): PoolItem {
        checkIndex(modality, index, sizes[modality]);
        const at = items[modality][index]!;
        const label = manifest[modality][at]!.caption;
        if (modality === 'text') return { label };
        if (modality === 'image') {
          const { tile } = manifest.image[at]!;
          const { atlas } = manifest;
          if (tile === undefined || !atlas || !atlasUrl) return { label };
          const { tilePx, columns, nTiles = manifest.image.length } = atlas;
          return { label, picture: { atlas: atlasUrl, tile, nTiles, columns, tilePx } };
        }
        return { label, play: () => player.toggle(manifest.audio[at]!.id, () => sound(at)) };
      },
    };
  }
}

function play(player: SoundPlayer, id: string, clip: ClipSpec): Promise<void> {
  return player.toggle(id, () => Promise.resolve({ samples: renderClip(clip), sampleRateHz: SAMPLE_RATE }));
}

function spaceOf(spaces: readonly Space[], id: string): Space {
  const found = spaces.find((space) => space.id === id);
  if (!found)
    throw new InputError(`There is no space "${id}"; there are ${spaces.map((one) => one.id).join(', ')}.`);
  return found;
}

function checkIndex(modality: Modality, index: number, n: number): void {
  if (Number.isInteger(index) && index >= 0 && index < n) return;
  throw new InputError(`The pool has ${n} ${modality} items; there is no number ${index}.`);
}

/** The value of a key, made once; a failure is not kept. */
function once<K, T>(map: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  made.catch(() => map.delete(key));
  return made;
}
