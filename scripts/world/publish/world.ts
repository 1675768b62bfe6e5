/** What the trained world gives on the collection, in fp32: the vectors that the page shows and the report measures. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODALITIES, type Modality } from '../../../src/base/modality.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { projectEnsemble, type ProjectorWeights } from '../../../src/math/projector.ts';
import { componentNames } from '../../../src/recipe/coefficients.ts';
import { DIMS, MEMBERS, RECIPES, SPACES, type BondId, type SpaceId } from '../../../src/recipe/embedded.ts';
import type { NamedComponents } from '../../../src/recipe/taskScores.ts';
import type { Recipe } from '../../../src/recipe/types.ts';
import type { CollectionManifest } from '../../../src/world/types.ts';

export type Vectors = Partial<Record<Modality, Float32Array>>;

export interface World {
  manifest: CollectionManifest;
  spaces: Record<SpaceId, Vectors>;
  members: Record<BondId, ProjectorWeights[]>;
  /** Ensemble outputs of all members together. */
  projected: Record<BondId, Vectors>;
}

/** What each bond reads, and the dimension of what it gives. */
export const BOND_SOURCE: Readonly<Record<BondId, { source: SpaceId; target: SpaceId }>> = {
  'c-foley': { source: 'foley', target: 'unified' },
  'd-pictext': { source: 'unified', target: 'pictext' },
};

export async function readTensors(path: string): Promise<Map<string, Float32Array>> {
  const file = await readFile(path);
  const stored = readSafetensors(new Uint8Array(file).buffer);
  return new Map([...stored].map(([name, { data }]) => [name, data]));
}

/** The outputs of some members of a bond for every vector of its source. */
export function projectAll(members: readonly ProjectorWeights[], vectors: Vectors, dIn: number): Vectors {
  return Object.fromEntries(
    Object.entries(vectors).map(([modality, x]) => [modality, projectEnsemble(members, x, dIn)]),
  );
}

/** Reads a trained world. @throws Error naming the file that is missing. */
export async function readWorld(cacheDir: string): Promise<World> {
  const manifest = JSON.parse(
    await readFile(join(cacheDir, 'collection.json'), 'utf8'),
  ) as CollectionManifest;
  const space = async (id: SpaceId): Promise<Vectors> =>
    Object.fromEntries(await readTensors(join(cacheDir, `embeddings/collection/${id}.safetensors`)));
  const spaces = {
    unified: await space('unified'),
    pictext: await space('pictext'),
    foley: await space('foley'),
  };
  const bond = (id: BondId) =>
    Promise.all(
      MEMBERS.map(
        async (member) =>
          Object.fromEntries(
            await readTensors(join(cacheDir, `weights/bonds/${id}/${member}.safetensors`)),
          ) as ProjectorWeights,
      ),
    );
  const members = { 'c-foley': await bond('c-foley'), 'd-pictext': await bond('d-pictext') };
  const project = (id: BondId) => {
    const { source } = BOND_SOURCE[id];
    return projectAll(members[id], spaces[source], DIMS[source]);
  };
  return {
    manifest,
    spaces,
    members,
    projected: { 'c-foley': project('c-foley'), 'd-pictext': project('d-pictext') },
  };
}

/** The components of a recipe, with these projected vectors in place of the ensembles'. */
export function componentsOf(
  world: World,
  recipe: Recipe,
  projected: Record<BondId, Vectors> = world.projected,
): Partial<Record<Modality, NamedComponents>> {
  const target = recipe.bonds.findLast(({ kind }) => kind === 'displacement')?.experts[0] ?? recipe.base;
  const dim = DIMS[target as SpaceId];
  const out: Partial<Record<Modality, NamedComponents>> = {};
  for (const modality of MODALITIES) {
    const names = componentNames(recipe, modality, SPACES);
    if (names.length === 0) continue;
    const data = names.map((name) => {
      const bond = recipe.bonds.find(({ id }) => name.startsWith(`${id}.`));
      return (bond ? projected[bond.id as BondId] : world.spaces[name as SpaceId])[modality]!;
    });
    out[modality] = { names, nItems: world.manifest[modality].length, dim, data };
  }
  return out;
}

export const recipeById = (id: string): Recipe => RECIPES.find((recipe) => recipe.id === id)!;
