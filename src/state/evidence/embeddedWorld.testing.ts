/** The embedded collection from disk, for tests in node: components of both recipes and every direction. */
import { readFileSync } from 'node:fs';
import { MODALITIES, splitDirection, type Modality } from '../../base/modality.ts';
import type { ComponentSet } from '../../engine/types.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { fuse } from '../../math/fusion.ts';
import { componentNames, componentSource } from '../../recipe/coefficients.ts';
import { SPACES } from '../../recipe/embedded.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { taskAnswerRanks } from '../../recipe/taskScores.ts';
import { directionInfo, directionsAmong, galleryOf, retrievalTask } from '../../world/tasks.ts';
import type { CollectionManifest } from '../../world/types.ts';
import type { PythonTask } from './pythonArrays.ts';

const FOLDER = 'public/world';

export const readManifest = (): CollectionManifest =>
  JSON.parse(readFileSync(`${FOLDER}/collection.json`, 'utf8')) as CollectionManifest;

/** Components of every modality under a recipe of the embedded world whose bonds have one ensemble each, all members on. */
export function readComponents(recipe: Recipe, manifest: CollectionManifest): Record<Modality, ComponentSet> {
  const read = (name: string, modality: Modality): Float32Array => {
    const source = componentSource(recipe, name);
    const file = 'space' in source ? `embeddings/${source.space}` : `projected/${source.parts[0]!.ensemble}`;
    const path = `${FOLDER}/${file}.safetensors`;
    const { data, shape } = readSafetensors(new Uint8Array(readFileSync(path)).buffer).get(modality)!;
    return fuse(1, data, data, shape[1]!); // unit rows again after half precision
  };
  const sets = MODALITIES.map((modality) => {
    const names = componentNames(recipe, modality, SPACES);
    const data = names.map((name) => read(name, modality));
    const nItems = manifest[modality].length;
    return [modality, { names, nItems, dim: data[0]!.length / nItems, data }] as const;
  });
  return Object.fromEntries(sets) as Record<Modality, ComponentSet>;
}

/** Every direction between the recipe's modalities, ranked by the plain twin. */
export function rankedTasks(
  recipe: Recipe,
  manifest: CollectionManifest,
  components: Record<Modality, ComponentSet>,
  factors: Factors,
): PythonTask[] {
  return directionsAmong(MODALITIES).map((direction) => ({
    info: directionInfo(manifest, direction),
    gallery: galleryOf(manifest, ...splitDirection(direction)),
    answers: taskAnswerRanks(recipe, components, retrievalTask(manifest, direction), [factors]),
  }));
}
