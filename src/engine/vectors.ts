/** The collection's vectors as every space, recipe and condition has them: read once, projected anew for members in part. */
import { FormatError, InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { normaliseRows } from '../math/sphere.ts';
import { componentNames } from '../recipe/coefficients.ts';
import type { Bond, Recipe, Space } from '../recipe/types.ts';
import type { WorldCondition } from '../world/conditions.ts';
import type { CollectionManifest } from '../world/types.ts';
import type { Encoders } from './encoders/encoders.ts';
import { readCondition, type ConditionVectors } from './storage/conditions.ts';
import { fetchFile } from './storage/fetchFile.ts';
import type { Components, StudyVectors } from './study.ts';
import type { RecipeData, Subject } from './types.ts';

/** Unit rows [nItems, dim] by modality. */
export type Vectors = Partial<Record<Modality, Float32Array>>;

export interface VectorSources {
  assetUrl: (path: string) => string;
  manifest: CollectionManifest;
  spaces: readonly Space[];
  recipes: readonly Recipe[];
  conditions: readonly WorldCondition[];
  project: Encoders['project'];
}

/** Data of members in part: how many masks of a bond are kept (about 1 MB each). */
const N_KEPT_MASKS = 4;
const maskKey = (mask: readonly boolean[]) => mask.map(Number).join('');
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id).join(', ');

/** What a file or a model gives is asked for once; a failure is not kept, so that the next call tries again. */
export class CollectionVectors {
  readonly #sources: VectorSources;
  readonly #files = new Map<string, Promise<Vectors>>();
  readonly #recipeData = new Map<string, Promise<RecipeData>>();
  /** By recipe: the data that recipeData() gave last, under its key. */
  readonly #loaded = new Map<string, { key: string; data: RecipeData }>();
  readonly #spaceComponents = new Map<string, Promise<Components>>();
  readonly #conditions = new Map<string, Promise<ConditionVectors>>();
  /** Members that are on, of bonds that were switched. */
  readonly #masks = new Map<string, boolean[]>();

  constructor(sources: VectorSources) {
    this.#sources = sources;
  }

  /** @throws InputError */
  recipe(id: string): Recipe {
    const { recipes } = this.#sources;
    const found = recipes.find((recipe) => recipe.id === id);
    if (!found) throw new InputError(`There is no recipe "${id}"; there are ${idsOf(recipes)}.`);
    return found;
  }

  /** @throws InputError */
  space(id: string): Space {
    const { spaces } = this.#sources;
    const found = spaces.find((space) => space.id === id);
    if (!found) throw new InputError(`There is no space "${id}"; there are ${idsOf(spaces)}.`);
    return found;
  }

  /** Members of a recipe's bonds that are on now. */
  masks(recipe: Recipe): Map<string, readonly boolean[]> {
    return new Map(recipe.bonds.map((bond) => [bond.id, this.#mask(bond)]));
  }

  /** Unit embeddings of every item in a space of its own. @throws as LabEngine.spaceEmbeddings. */
  spaceEmbeddings(spaceId: string): Promise<Vectors> {
    const { id, dim } = this.space(spaceId);
    return this.#read(`world/embeddings/${id}.safetensors`, dim);
  }

  /** Components of every item under a recipe, with the members that are on at the call. */
  async recipeData(recipeId: string): Promise<RecipeData> {
    const recipe = this.recipe(recipeId);
    // The members of now, also while files are still on their way: each mask has data of its own.
    const masks = this.masks(recipe);
    const key = this.#dataKey(recipe);
    const data = await kept(this.#recipeData, key, async () => {
      const { manifest, spaces } = this.#sources;
      const { dim } = this.space(targetSpace(recipe));
      const components: Components = {};
      for (const modality of MODALITIES) {
        const names = componentNames(recipe, modality, spaces);
        if (names.length === 0) continue;
        const rows = await Promise.all(names.map((name) => this.#component(recipe, name, modality, masks)));
        components[modality] = { names, nItems: manifest[modality].length, dim, data: rows };
      }
      return { recipe, components };
    });
    this.#loaded.set(recipeId, { key, data });
    return data;
  }

  /** What recipeData() would give, where it is at hand. */
  loaded(recipeId: string): RecipeData | undefined {
    const last = this.#loaded.get(recipeId);
    return last?.key === this.#dataKey(this.recipe(recipeId)) ? last.data : undefined;
  }

  /** Switches mixture members once their projections are there. @throws InputError on a mask that does not fit. */
  async setMembers(
    recipeId: string,
    bondId: string,
    mask: readonly boolean[],
    signal?: AbortSignal,
  ): Promise<void> {
    const recipe = this.recipe(recipeId);
    const bond = recipe.bonds.find(({ id }) => id === bondId);
    if (!bond) throw new InputError(`The recipe ${recipeId} has no bond "${bondId}".`);
    if (mask.length !== bond.members.length || !mask.some(Boolean)) {
      throw new InputError(`${bondId} has ${bond.members.length} members and at least one stays on.`);
    }
    await this.#projected(recipe, bondId, mask, signal);
    this.#masks.set(bondId, [...mask]);
    // Sets of components with some members off are rebuilt from their projections when they are asked for again.
    for (const key of this.#recipeData.keys()) {
      if (key.startsWith(`${recipeId} `) && key.includes('0', recipeId.length)) this.#recipeData.delete(key);
    }
  }

  /** The components of one item in a recipe's target space, from its embedding in each space. */
  async componentsOf(
    recipe: Recipe,
    modality: Modality,
    bySpace: Readonly<Record<string, Float32Array>>,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const out: Float32Array[] = [];
    for (const name of componentNames(recipe, modality, this.#sources.spaces)) {
      const bond = bondOf(recipe, name);
      const vector = bySpace[bond ? sourceSpace(recipe, bond) : name]!;
      out.push(bond ? await this.#sources.project(bond.id, vector, this.#mask(bond), signal) : vector);
    }
    return out;
  }

  /** The collection as a recipe or a space of its own sees it, under a condition. @throws InputError, and as readCondition. */
  async study(subject: Subject, conditionId: string, signal?: AbortSignal): Promise<StudyVectors> {
    const { conditions, assetUrl, manifest, project } = this.#sources;
    const condition = conditions.find(({ id }) => id === conditionId);
    if (!condition) {
      throw new InputError(`There is no condition "${conditionId}"; there are ${idsOf(conditions)}.`);
    }
    const plain = await this.#plain(subject);
    const { modality } = condition;
    const set = modality && plain.components[modality];
    if (!set) return plain;
    const changed = await kept(this.#conditions, conditionId, () =>
      readCondition(assetUrl, conditionId, manifest[modality].length, signal),
    );
    const data: Float32Array[] = [];
    for (const name of set.names) {
      const bond = plain.recipe && bondOf(plain.recipe, name);
      if (!bond) data.push(changed.bySpace[name]!);
      else if (this.#mask(bond).every(Boolean)) data.push(changed.byBond[bond.id]!);
      else {
        const source = changed.bySpace[sourceSpace(plain.recipe!, bond)]!;
        data.push(await project(bond.id, source, this.#mask(bond), signal));
      }
    }
    // One key for all conditions: the planes of one make room for those of the next.
    return {
      ...plain,
      key: 'under a condition',
      components: { ...plain.components, [modality]: { ...set, data } },
    };
  }

  async #plain(subject: Subject): Promise<StudyVectors> {
    if ('recipeId' in subject) {
      const { recipe, components } = await this.recipeData(subject.recipeId);
      return { key: subject.recipeId, recipe, components };
    }
    const { spaceId } = subject;
    const { dim } = this.space(spaceId);
    const components = await kept(this.#spaceComponents, spaceId, async () => {
      const made: Components = {};
      const vectors = await this.spaceEmbeddings(spaceId);
      for (const [modality, data] of Object.entries(vectors) as [Modality, Float32Array][]) {
        made[modality] = { names: [spaceId], nItems: data.length / dim, dim, data: [data] };
      }
      return made;
    });
    return { key: `space ${spaceId}`, recipe: undefined, components };
  }

  /** Unit rows by modality from a stored file, once. */
  #read(path: string, dim: number): Promise<Vectors> {
    const { assetUrl, manifest } = this.#sources;
    return kept(this.#files, path, async () => {
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
        out[modality] = normaliseRows(tensor.data, dim);
      }
      return out;
    });
  }

  /** A component of every item, "<bond>.<space>" or "<space>" (componentNames). */
  async #component(
    recipe: Recipe,
    name: string,
    modality: Modality,
    masks: ReadonlyMap<string, readonly boolean[]>,
  ): Promise<Float32Array> {
    const bond = bondOf(recipe, name);
    const vectors = bond
      ? await this.#projected(recipe, bond.id, masks.get(bond.id)!)
      : await this.spaceEmbeddings(name);
    const found = vectors[modality];
    if (!found) {
      throw new FormatError(`${name} has no ${modality} vectors. Rebuild them with "npm run world".`);
    }
    return found;
  }

  /** The ensemble's outputs for the collection: stored for all members together, run anew for any other mask. */
  #projected(
    recipe: Recipe,
    bondId: string,
    mask: readonly boolean[],
    signal?: AbortSignal,
  ): Promise<Vectors> {
    if (mask.every(Boolean)) {
      return this.#read(`world/projected/${bondId}.safetensors`, this.space(targetSpace(recipe)).dim);
    }
    const inPart = [...this.#files.keys()].filter((key) => key.startsWith(`${bondId} `));
    if (inPart.length >= N_KEPT_MASKS) this.#files.delete(inPart[0]!);
    return kept(this.#files, `${bondId} ${maskKey(mask)}`, async () => {
      const bond = recipe.bonds.find(({ id }) => id === bondId)!;
      const source = await this.spaceEmbeddings(sourceSpace(recipe, bond));
      const out: Vectors = {};
      for (const [modality, x] of Object.entries(source) as [Modality, Float32Array][]) {
        out[modality] = await this.#sources.project(bondId, x, mask, signal);
      }
      return out;
    });
  }

  #mask({ id, members }: Bond): readonly boolean[] {
    return this.#masks.get(id) ?? members.map(() => true);
  }

  /** Names a recipe's data with the members that are on now. */
  #dataKey({ id, bonds }: Recipe): string {
    return `${id} ${bonds.map((bond) => maskKey(this.#mask(bond))).join(' ')}`;
  }
}

/** The bond whose projectors give a component; none of a space's own embedding. */
function bondOf(recipe: Recipe, name: string): Bond | undefined {
  return recipe.bonds.find(({ id }) => name.startsWith(`${id}.`));
}

/** The space in which a recipe's vectors meet: the base, or the expert of its last displacement. */
function targetSpace(recipe: Recipe): string {
  return recipe.bonds.findLast(({ kind }) => kind === 'displacement')?.experts[0] ?? recipe.base;
}

/** The space that a bond projects: the expert of a combination, the base of a displacement. */
function sourceSpace(recipe: Recipe, { kind, experts }: Bond): string {
  return kind === 'combination' ? experts[0]! : recipe.base;
}

/** The value of a key, made once; a failure is not kept. */
function kept<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  made.catch(() => {
    if (map.get(key) === made) map.delete(key);
  });
  return made;
}
