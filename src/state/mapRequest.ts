/** What the map lays: every item of the collection in the base space, at the current factors, and in the expert's space. */
import { MODALITIES, type Modality } from '../base/modality.ts';
import {
  MAP_SLICES,
  type MapLayoutRequest,
  type MapSliceId,
  type MapSliceInput,
} from '../engine/maps/types.ts';
import type { ComponentSet, LabEngine, RecipeData } from '../engine/types.ts';
import { nextTurn } from '../engine/scoring/nextTurn.ts';
import { gramOf } from '../math/components.ts';
import { coefficients, nestOf, shownEnds } from '../recipe/coefficients.ts';
import type { Factors, Recipe } from '../recipe/types.ts';
import { nItems, retrievalTask } from '../world/tasks.ts';
import type { CollectionManifest } from '../world/types.ts';

/** Row of an item in the map: texts first, then pictures, then sounds. */
export function mapRow(manifest: CollectionManifest, modality: Modality, index: number): number {
  let row = index;
  for (const before of MODALITIES) {
    if (before === modality) break;
    row += manifest[before].length;
  }
  return row;
}

/** Modality of every row, [nItems] indices into MODALITIES. */
function modalityRows(manifest: CollectionManifest): Uint8Array {
  const out = new Uint8Array(nItems(manifest));
  let row = 0;
  MODALITIES.forEach((modality, m) => {
    out.fill(m, row, row + manifest[modality].length);
    row += manifest[modality].length;
  });
  return out;
}

/** Every item with each text that is its right answer, [nPairs, 2] rows. */
export function captionPairs(manifest: CollectionManifest): Uint32Array {
  const pairs: number[] = [];
  for (const modality of ['image', 'audio'] as const) {
    const { queries, gallery, relevant } = retrievalTask(manifest, `${modality}>text`);
    queries.forEach((item, q) => {
      for (const position of relevant[q]!)
        pairs.push(mapRow(manifest, 'text', gallery[position]!), mapRow(manifest, modality, item));
    });
  }
  return Uint32Array.from(pairs);
}

/** The fused vectors themselves, sum_k w_k e_k, [nItems, dim]. */
export function fuseVectors(
  recipe: Recipe,
  modality: Modality,
  components: ComponentSet,
  factors: Factors,
): Float32Array {
  const { names, dim, data, nItems: n } = components;
  const w = coefficients(nestOf(recipe, modality, names), factors, gramOf(components));
  const out = new Float32Array(n * dim);
  data.forEach((rows, k) => {
    for (let i = 0; i < n; i++) {
      const weight = w[k * n + i]!;
      if (weight === 0) continue;
      for (let d = 0; d < dim; d++) out[i * dim + d]! += weight * rows[i * dim + d]!;
    }
  });
  return out;
}

/** Numbers of a component that are fused in one go: a few milliseconds. */
const BLOCK = 2 ** 19;

/** The same, block by block: between two the page takes in what waits. */
async function fuseInTurns(
  recipe: Recipe,
  modality: Modality,
  components: ComponentSet,
  factors: Factors,
): Promise<Float32Array> {
  const { nItems: n, dim, data } = components;
  const step = Math.max(1, Math.floor(BLOCK / dim));
  if (n <= step) return fuseVectors(recipe, modality, components, factors);
  const out = new Float32Array(n * dim);
  for (let from = 0; from < n; from += step) {
    const to = Math.min(n, from + step);
    const part = data.map((rows) => rows.subarray(from * dim, to * dim));
    const set = { ...components, nItems: to - from, data: part };
    out.set(fuseVectors(recipe, modality, set, factors), from * dim);
    await nextTurn();
  }
  return out;
}

/** Lays the parts of one slice in the rows of the map. */
function toSlice(
  id: MapSliceInput['id'],
  dim: number,
  manifest: CollectionManifest,
  parts: Partial<Record<Modality, Float32Array>>,
): MapSliceInput {
  const n = nItems(manifest);
  const vectors = new Float32Array(n * dim);
  const known = new Uint8Array(n);
  for (const [modality, data] of Object.entries(parts) as [Modality, Float32Array][]) {
    const row = mapRow(manifest, modality, 0);
    vectors.set(data, row * dim);
    known.fill(1, row, row + data.length / dim);
  }
  return known.every(Boolean) ? { id, dim, vectors } : { id, dim, vectors, known };
}

async function currentSlice(
  manifest: CollectionManifest,
  { recipe, components }: RecipeData,
  factors: Factors,
): Promise<MapSliceInput> {
  const fused: Partial<Record<Modality, Float32Array>> = {};
  let dim = 0;
  for (const [modality, set] of Object.entries(components) as [Modality, ComponentSet][]) {
    dim = set.dim;
    fused[modality] = await fuseInTurns(recipe, modality, set, factors);
  }
  return toSlice('current', dim, manifest, fused);
}

const ALONE: readonly MapSliceId[] = ['current'];

/**
 * The pictures that a recipe has, always the same lists: one alone where nothing is bound, since its space is all there is.
 */
export function slicesOf({ bonds }: Pick<Recipe, 'bonds'>): readonly MapSliceId[] {
  return bonds.length > 0 ? MAP_SLICES : ALONE;
}

/** The whole request at the given factors. */
export async function mapRequest(
  engine: LabEngine,
  recipeId: string,
  factors: Factors,
): Promise<MapLayoutRequest> {
  const { manifest } = engine;
  const data = await engine.recipeData(recipeId);
  const { recipe } = data;
  const common = {
    nItems: nItems(manifest),
    modality: modalityRows(manifest),
    pairs: captionPairs(manifest),
  };
  const current = await currentSlice(manifest, data, factors);
  if (slicesOf(recipe).length === 1) return { ...common, slices: [current] };
  const { base: shown, expert } = shownEnds(recipe, engine.spaces);
  const dimOf = (id: string) => engine.spaces.find((space) => space.id === id)!.dim;
  const [base, own] = await Promise.all([engine.spaceEmbeddings(shown), engine.spaceEmbeddings(expert)]);
  return {
    ...common,
    slices: [
      toSlice('unified', dimOf(shown), manifest, base),
      current,
      toSlice('expert', dimOf(expert), manifest, own),
    ],
  };
}
