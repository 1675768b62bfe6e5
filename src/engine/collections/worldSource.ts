/** The collection that ships with the lab, read from the site. */
import { FormatError, InputError } from '../../base/errors.ts';
import { kept } from '../../base/kept.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { normaliseRows } from '../../math/sphere.ts';
import { ENSEMBLES, RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { Space } from '../../recipe/types.ts';
import { CONDITIONS } from '../../world/conditions.ts';
import { projectedName } from '../../world/encoders.ts';
import { N_PEAKS } from '../../world/peaks.ts';
import { renderClip } from '../../world/sounds/clip.ts';
import { SAMPLE_RATE } from '../../world/sounds/dspCore.ts';
import type { WorldManifest } from '../../world/types.ts';
import { fetchFile, fetchJson } from '../storage/fetchFile.ts';
import type { Opening } from '../types.ts';
import type { Vectors } from '../vectors.ts';
import type { CollectionSource } from './types.ts';

/**
 * Opens the embedded world; its vectors are read when they are asked for, once.
 * @param assetUrl address of a file of the site
 * @throws MissingFileError when its files are not there.
 */
export async function openWorld(assetUrl: (path: string) => string): Promise<CollectionSource> {
  const [manifest, opening, peaks] = await Promise.all([
    fetchJson<WorldManifest>(assetUrl('world/collection.json')),
    fetchJson<Opening>(assetUrl('world/opening.json')),
    fetchFile(assetUrl('world/peaks.bin')).then((bytes) => new Uint8Array(bytes)),
  ]);
  const files = new Map<string, Promise<Vectors>>();

  /** Rows by modality from a stored file; unit rows where they are embeddings, as stored where they are means. */
  const read = (path: string, dim: number, unit: boolean): Promise<Vectors> =>
    kept(files, path, async () => {
      const stored = readSafetensors(await fetchFile(assetUrl(path)));
      const out: Vectors = {};
      for (const modality of MODALITIES) {
        const tensor = stored.get(modality);
        if (!tensor) continue;
        if (tensor.shape[1] !== dim || tensor.shape[0] !== manifest[modality].length) {
          throw new FormatError(
            `${path} holds ${modality} [${tensor.shape.join(', ')}], the collection needs ` +
              `[${manifest[modality].length}, ${dim}]. Rebuild it with "npm run world".`,
          );
        }
        out[modality] = unit ? normaliseRows(tensor.data, dim) : tensor.data;
      }
      return out;
    });

  return {
    manifest,
    opening,
    spaces: SPACES,
    ensembles: ENSEMBLES,
    recipes: RECIPES,
    conditions: CONDITIONS,
    atlasUrl: assetUrl(`world/${manifest.atlas.file}`),
    peaks: (index) => peaks.subarray(index * N_PEAKS, (index + 1) * N_PEAKS),
    sound(index) {
      const item = manifest.audio[index];
      if (!item) return Promise.reject(new InputError(`The collection has no sound ${index}.`));
      return Promise.resolve({ samples: renderClip(item.clip), sampleRateHz: SAMPLE_RATE });
    },
    embeddings: ({ id, dim }) => read(`world/embeddings/${id}.safetensors`, dim, true),
    projected(ensembleId, space, modality, dim) {
      if (!ENSEMBLES.some(({ id }) => id === ensembleId)) return undefined;
      const name = storedName(ensembleId, space, modality);
      return read(`world/projected/${name}.safetensors`, dim, false).then((rows) => rows[modality]);
    },
    dispose: () => undefined,
  };
}

/** The name under which an ensemble's outputs are stored: with the space after it where that is tuned and has its own encoder. */
export function storedName(id: string, space: Space, modality: Modality): string {
  const { tunedFrom } = space;
  return tunedFrom && !tunedFrom.shares.includes(modality)
    ? projectedName({ id, source: tunedFrom.space }, space)
    : id;
}
