/** What the trained world gives on the collection, in fp32: the vectors that the page shows and the report measures. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODALITIES, type Modality } from '../../../src/base/modality.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { poolMixtures, projectEnsemble, type ProjectorWeights } from '../../../src/math/projector.ts';
import { componentNames, componentSource, targetSpace } from '../../../src/recipe/coefficients.ts';
import { DIMS, ENSEMBLES, RECIPES, SPACES, type SpaceId } from '../../../src/recipe/embedded.ts';
import type { NamedComponents } from '../../../src/recipe/taskScores.ts';
import type { Recipe, Space } from '../../../src/recipe/types.ts';
import { projectedName, projectedSpaces } from '../../../src/world/encoders.ts';
import type { WorldManifest } from '../../../src/world/types.ts';
import { ENCODED_SPACES, type EncodedSpace } from '../spaces.ts';

export type Vectors = Partial<Record<Modality, Float32Array>>;

/** Means of an ensemble's unit outputs for the vectors of a space, not normalised, and of how many members. */
export interface Mixture {
  vectors: Vectors;
  nMembers: number;
}

/** The mixture of an ensemble's outputs for the vectors of a space, by their ids. */
export type Mixtures = (ensemble: string, space: string) => Mixture;

export interface World {
  manifest: WorldManifest;
  /** Unit rows of every modality that a space knows; a tuned space's shared ones are those of the space it was tuned from. */
  spaces: Record<EncodedSpace, Vectors>;
  /** By ensemble id, in the order of its mask. */
  members: ReadonlyMap<string, readonly ProjectorWeights[]>;
  /** With all members on; each is made once. */
  mixture: Mixtures;
}

export async function readTensors(path: string): Promise<Map<string, Float32Array>> {
  const file = await readFile(path);
  const stored = readSafetensors(new Uint8Array(file).buffer);
  return new Map([...stored].map(([name, { data }]) => [name, data]));
}

/** Means [n, dOut] of the members' unit outputs for rows x [n, dIn], not normalised. */
export function meanOutputs(
  members: readonly ProjectorWeights[],
  x: Float32Array,
  dIn: number,
): Float32Array {
  const [first, ...rest] = members.map((member) => projectEnsemble([member], x, dIn));
  return first!.map((value, at) => rest.reduce((sum, other) => sum + other[at]!, value) / members.length);
}

/** The mixture of some members for every vector of a space. */
export function mixtureOf(members: readonly ProjectorWeights[], vectors: Vectors, dIn: number): Mixture {
  const means = Object.entries(vectors).map(([modality, x]) => [modality, meanOutputs(members, x, dIn)]);
  return { vectors: Object.fromEntries(means) as Vectors, nMembers: members.length };
}

const spaceById = (id: string): Space => SPACES.find((space) => space.id === id)!;

/** Reads a trained world. @throws Error naming the file that is missing. */
export async function readWorld(cacheDir: string): Promise<World> {
  const manifest = JSON.parse(await readFile(join(cacheDir, 'collection.json'), 'utf8')) as WorldManifest;
  const spaces = {} as Record<EncodedSpace, Vectors>;
  for (const id of ENCODED_SPACES) {
    const own = await readTensors(join(cacheDir, `embeddings/collection/${id}.safetensors`));
    const { tunedFrom } = spaceById(id);
    const from = tunedFrom ? spaces[tunedFrom.space as EncodedSpace] : {};
    const shared = (tunedFrom?.shares ?? []).map((modality) => [modality, from[modality]]);
    spaces[id] = { ...Object.fromEntries(shared), ...Object.fromEntries(own) } as Vectors;
  }
  const read = async (path: string) => Object.fromEntries(await readTensors(path)) as ProjectorWeights;
  const members = new Map<string, ProjectorWeights[]>();
  for (const { id, members: names } of ENSEMBLES) {
    const paths = names.map((name) => join(cacheDir, `weights/ensembles/${id}/${name}.safetensors`));
    members.set(id, await Promise.all(paths.map(read)));
  }
  const made = new Map<string, Mixture>();
  const mixture: Mixtures = (ensemble, space) => {
    const key = `${ensemble} ${space}`;
    const known = made.get(key);
    if (known) return known;
    const fresh = mixtureOf(members.get(ensemble)!, spaces[space as EncodedSpace], DIMS[space as SpaceId]);
    made.set(key, fresh);
    return fresh;
  };
  return { manifest, spaces, members, mixture };
}

/** What is stored of the ensembles' outputs: each for its source, and for what a space tuned from it does not share. */
export function storedMixtures({ mixture }: World): { name: string; dim: number; vectors: Vectors }[] {
  return ENSEMBLES.flatMap((ensemble) =>
    projectedSpaces(ensemble, SPACES).map((space) => {
      const all = Object.entries(mixture(ensemble.id, space.id).vectors);
      const own = all.filter(([modality]) => !space.tunedFrom?.shares.includes(modality as Modality));
      const dim = DIMS[ensemble.target as SpaceId];
      return { name: projectedName(ensemble, space), dim, vectors: Object.fromEntries(own) as Vectors };
    }),
  );
}

/** The components of a recipe, with these mixtures in place of the whole ensembles'. */
export function componentsOf(
  world: World,
  recipe: Recipe,
  mixture: Mixtures = world.mixture,
): Partial<Record<Modality, NamedComponents>> {
  const dim = DIMS[targetSpace(recipe) as SpaceId];
  const out: Partial<Record<Modality, NamedComponents>> = {};
  for (const modality of MODALITIES) {
    const names = componentNames(recipe, modality, SPACES);
    if (names.length === 0) continue;
    const data = names.map((name) => {
      const source = componentSource(recipe, name);
      if ('space' in source) return world.spaces[source.space as EncodedSpace][modality]!;
      const mixtures = source.parts.flatMap(({ ensemble, space }) => {
        const { vectors, nMembers } = mixture(ensemble, space);
        const mean = vectors[modality];
        return mean ? [{ mean, nMembers }] : [];
      });
      return poolMixtures(mixtures, dim);
    });
    out[modality] = { names, nItems: world.manifest[modality].length, dim, data };
  }
  return out;
}

export const recipeById = (id: string): Recipe => RECIPES.find((recipe) => recipe.id === id)!;
