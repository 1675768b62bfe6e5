/** The embedded collection as the scoring sees it, read from public/world. */
import { MODALITIES, type Direction, type Modality } from '../../../src/base/modality.ts';
import type { ComponentSet } from '../../../src/engine/types.ts';
import { fetchFile, fetchJson } from '../../../src/engine/storage/fetchFile.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { fuse } from '../../../src/math/fusion.ts';
import { componentNames } from '../../../src/recipe/coefficients.ts';
import { RECIPES, SPACES } from '../../../src/recipe/embedded.ts';
import type { Recipe } from '../../../src/recipe/types.ts';
import { directionsAmong, retrievalTask } from '../../../src/world/tasks.ts';
import type { CollectionManifest, RetrievalTask } from '../../../src/world/types.ts';

export interface BenchWorld {
  recipe: Recipe;
  manifest: CollectionManifest;
  components: Record<Modality, ComponentSet>;
  tasks: Partial<Record<Direction, RetrievalTask>>;
}

/** Unified++ of the embedded world. @throws MissingFileError when it was not built. */
export async function loadWorld(): Promise<BenchWorld> {
  const manifest = await fetchJson<CollectionManifest>('/world/collection.json');
  const recipe = RECIPES[0]!;
  const load = async (name: string, modality: Modality): Promise<Float32Array> => {
    const folder = name.includes('.') ? 'projected' : 'embeddings';
    const file = await fetchFile(`/world/${folder}/${name.split('.')[0]!}.safetensors`);
    const { data, shape } = readSafetensors(file).get(modality)!;
    return fuse(1, data, data, shape[1]!); // unit rows again after half precision
  };
  const sets = await Promise.all(
    MODALITIES.map(async (modality) => {
      const names = componentNames(recipe, modality, SPACES);
      const data = await Promise.all(names.map((name) => load(name, modality)));
      const nItems = manifest[modality].length;
      return [modality, { names, nItems, dim: data[0]!.length / nItems, data }] as const;
    }),
  );
  const tasks = Object.fromEntries(
    directionsAmong(MODALITIES).map((direction) => [direction, retrievalTask(manifest, direction)]),
  );
  return { recipe, manifest, components: Object.fromEntries(sets) as BenchWorld['components'], tasks };
}

/** The factors of step k of a drag: every step is a new setting. */
export function dragFactors(k: number): Record<string, { text: number; audio: number }> {
  return { 'c-foley': { text: (k % 101) / 100, audio: ((k * 37) % 101) / 100 } };
}
