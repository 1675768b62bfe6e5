/** The collection's vectors as every space, recipe and condition has them: read once, projected anew for members in part. */
import { FormatError, InputError } from '../base/errors.ts';
import { kept } from '../base/kept.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { poolMixtures } from '../math/projector.ts';
import { componentNames, componentSource, targetSpace, type ComponentPart } from '../recipe/coefficients.ts';
import type { Bond, Recipe, Space } from '../recipe/types.ts';
import type { WorldCondition } from '../world/conditions.ts';
import type { CollectionSource } from './collections/types.ts';
import { storedName } from './collections/worldSource.ts';
import type { Encoders } from './encoders/encoders.ts';
import { readCondition, type ConditionVectors } from './storage/conditions.ts';
import type { Components, StudyVectors } from './study.ts';
import type { RecipeData, Subject } from './types.ts';

/** Rows [nItems, dim] by modality. */
export type Vectors = Partial<Record<Modality, Float32Array>>;
type Masks = ReadonlyMap<string, readonly boolean[]>;

export interface VectorSources {
  assetUrl: (path: string) => string;
  /** The collection whose items these are. */
  collection: Pick<CollectionSource, 'manifest' | 'embeddings' | 'projected'>;
  /** Both grow as recipes are built and spaces made. */
  spaces: () => readonly Space[];
  recipes: () => readonly Recipe[];
  conditions: readonly WorldCondition[];
  project: Encoders['project'];
}

/** Projections made on this device: how many are kept (about 0.5 MB each). */
const N_KEPT = 24;
const maskKey = (mask: readonly boolean[]) => mask.map(Number).join('');
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id).join(', ');

/** What a file or a model gives is asked for once; a failure is not kept, so that the next call tries again. */
export class CollectionVectors {
  readonly #sources: VectorSources;
  readonly #embeddings = new Map<string, Promise<Vectors>>();
  /** Means of ensembles' outputs, "<ensemble> <space> <modality> <mask>". */
  readonly #projected = new Map<string, Promise<Float32Array>>();
  readonly #recipeData = new Map<string, Promise<RecipeData>>();
  /** By recipe: the data that recipeData() gave last, under its key. */
  readonly #loaded = new Map<string, { key: string; data: RecipeData }>();
  readonly #spaceComponents = new Map<string, Promise<Components>>();
  readonly #conditions = new Map<string, Promise<ConditionVectors>>();
  /** Members that are on, of bonds that were switched. */
  readonly #masks = new Map<string, readonly boolean[]>();

  constructor(sources: VectorSources) {
    this.#sources = sources;
  }

  /** @throws InputError */
  recipe(id: string): Recipe {
    const recipes = this.#sources.recipes();
    const found = recipes.find((recipe) => recipe.id === id);
    if (!found) throw new InputError(`There is no recipe "${id}"; there are ${idsOf(recipes)}.`);
    return found;
  }

  /** @throws InputError */
  space(id: string): Space {
    const spaces = this.#sources.spaces();
    const found = spaces.find((space) => space.id === id);
    if (!found) throw new InputError(`There is no space "${id}"; there are ${idsOf(spaces)}.`);
    return found;
  }

  /** Members of a recipe's bonds that are on now. */
  masks(recipe: Recipe): Masks {
    return new Map(recipe.bonds.map((bond) => [bond.id, this.#mask(bond)]));
  }

  /** Unit embeddings of every item in a space of its own; none of a space without encoders. @throws as LabEngine.spaceEmbeddings. */
  async spaceEmbeddings(spaceId: string): Promise<Vectors> {
    const space = this.space(spaceId);
    const { modalities, tunedFrom } = space;
    if (modalities.length === 0) return {};
    const own = await kept(this.#embeddings, spaceId, () => this.#sources.collection.embeddings(space));
    if (!tunedFrom) return own;
    const from = await this.spaceEmbeddings(tunedFrom.space);
    return { ...Object.fromEntries(tunedFrom.shares.map((modality) => [modality, from[modality]!])), ...own };
  }

  /** Components of every item under a recipe, with the members that are on at the call. */
  async recipeData(recipeId: string): Promise<RecipeData> {
    const recipe = this.recipe(recipeId);
    // The members of now, also while files are still on their way: each mask has data of its own.
    const masks = this.masks(recipe);
    const data = await this.#data(recipe, masks);
    this.#loaded.set(recipeId, { key: dataKey(recipe, masks), data });
    return data;
  }

  /** What recipeData() would give, where it is at hand. */
  loaded(recipeId: string): RecipeData | undefined {
    const last = this.#loaded.get(recipeId);
    const recipe = this.recipe(recipeId);
    return last?.key === dataKey(recipe, this.masks(recipe)) ? last.data : undefined;
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
    await this.#data(recipe, new Map(this.masks(recipe)).set(bondId, mask), signal);
    this.#masks.set(bondId, [...mask]);
    // Sets of components with some members off are rebuilt from their projections when they are asked for again.
    const present = dataKey(recipe, this.masks(recipe));
    for (const key of this.#recipeData.keys()) {
      const isOld = key.startsWith(`${recipeId} `) && key.includes('0', recipeId.length) && key !== present;
      if (isOld) this.#recipeData.delete(key);
    }
  }

  /** Lets go of everything made with an ensemble whose members changed or are gone. */
  forgetEnsemble(id: string): void {
    for (const key of this.#projected.keys()) if (key.startsWith(`${id} `)) this.#projected.delete(key);
  }

  /** Lets go of a recipe's data. */
  forgetRecipe(id: string): void {
    for (const key of this.#recipeData.keys()) if (key.startsWith(`${id} `)) this.#recipeData.delete(key);
    this.#loaded.delete(id);
  }

  /** The components of one item in a recipe's target space, from its embedding in each space. */
  componentsOf(
    recipe: Recipe,
    modality: Modality,
    bySpace: Readonly<Record<string, Float32Array>>,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const names = componentNames(recipe, modality, this.#sources.spaces());
    const { dim } = this.space(targetSpace(recipe));
    const masks = this.masks(recipe);
    return Promise.all(
      names.map(async (name) => {
        const source = componentSource(recipe, name);
        if ('space' in source) return bySpace[source.space]!;
        return pool(source.parts, masks.get(source.bond.id)!, dim, ({ ensemble, space }, on) => {
          const x = bySpace[space];
          return x ? this.#sources.project(ensemble, x, on, signal) : undefined;
        });
      }),
    );
  }

  /** The collection as a recipe or a space of its own sees it, under a condition. @throws InputError, and as readCondition. */
  async study(subject: Subject, conditionId: string, signal?: AbortSignal): Promise<StudyVectors> {
    const { conditions, assetUrl, collection } = this.#sources;
    const condition = conditions.find(({ id }) => id === conditionId);
    if (!condition) {
      throw new InputError(`There is no condition "${conditionId}"; there are ${idsOf(conditions)}.`);
    }
    const plain = await this.#plain(subject);
    const { modality } = condition;
    const set = modality && plain.components[modality];
    if (!set) return plain;
    const changed = await kept(this.#conditions, conditionId, () =>
      readCondition(assetUrl, conditionId, collection.manifest[modality].length, signal),
    );
    const { recipe } = plain;
    const data = await Promise.all(
      set.names.map(async (name) => {
        const source = recipe ? componentSource(recipe, name) : { space: name };
        if ('space' in source) return this.#under(changed, source.space, modality);
        return pool(source.parts, this.#mask(source.bond), set.dim, async ({ ensemble, space }, on) => {
          if (!this.space(space).modalities.includes(modality)) return undefined;
          const stored = on.every(Boolean)
            ? changed.byEnsemble[storedName(ensemble, this.space(space), modality)]
            : undefined;
          return stored ?? this.#sources.project(ensemble, this.#under(changed, space, modality), on, signal);
        });
      }),
    );
    // One key for all conditions: the planes of one make room for those of the next.
    return {
      ...plain,
      key: 'under a condition',
      components: { ...plain.components, [modality]: { ...set, data } },
    };
  }

  /** Unit rows of the changed items in a space. */
  #under({ bySpace }: ConditionVectors, spaceId: string, modality: Modality): Float32Array {
    const { id, tunedFrom } = this.space(spaceId);
    return bySpace[tunedFrom?.shares.includes(modality) ? tunedFrom.space : id]!;
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

  #data(recipe: Recipe, masks: Masks, signal?: AbortSignal): Promise<RecipeData> {
    return kept(this.#recipeData, dataKey(recipe, masks), async () => {
      const { collection, spaces } = this.#sources;
      const { dim } = this.space(targetSpace(recipe));
      const components: Components = {};
      for (const modality of MODALITIES) {
        const names = componentNames(recipe, modality, spaces());
        const nItems = collection.manifest[modality].length;
        if (names.length === 0 || nItems === 0) continue;
        const data = await Promise.all(
          names.map((name) => this.#component(recipe, name, modality, masks, dim, signal)),
        );
        components[modality] = { names, nItems, dim, data };
      }
      return { recipe, components };
    });
  }

  /** A component of every item: unit rows [nItems, dim]. */
  async #component(
    recipe: Recipe,
    name: string,
    modality: Modality,
    masks: Masks,
    dim: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const source = componentSource(recipe, name);
    if ('space' in source) return this.#embedding(source.space, modality);
    return pool(source.parts, masks.get(source.bond.id)!, dim, ({ ensemble, space }, on) =>
      this.space(space).modalities.includes(modality)
        ? this.#mean(ensemble, space, modality, on, dim, signal)
        : undefined,
    );
  }

  async #embedding(spaceId: string, modality: Modality): Promise<Float32Array> {
    const found = (await this.spaceEmbeddings(spaceId))[modality];
    if (!found) {
      throw new FormatError(
        `The collection has no ${modality} vectors in ${spaceId}: encode it in that space first.`,
      );
    }
    return found;
  }

  /** Means of an ensemble's outputs for the collection: stored for all members together, run anew for any other mask. */
  async #mean(
    ensemble: string,
    spaceId: string,
    modality: Modality,
    on: readonly boolean[],
    dim: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    if (on.every(Boolean)) {
      const { collection } = this.#sources;
      const found = await collection.projected(ensemble, this.space(spaceId), modality, dim);
      if (found) return found;
    }
    const x = await this.#embedding(spaceId, modality);
    if (this.#projected.size >= N_KEPT) this.#projected.delete(this.#projected.keys().next().value!);
    return kept(this.#projected, `${ensemble} ${spaceId} ${modality} ${maskKey(on)}`, () =>
      this.#sources.project(ensemble, x, on, signal),
    );
  }

  #mask({ id, members }: Bond): readonly boolean[] {
    const known = this.#masks.get(id);
    return known?.length === members.length ? known : members.map(() => true);
  }
}

/** Names a recipe's data with members that are on. */
function dataKey({ id, bonds }: Recipe, masks: Masks): string {
  return `${id} ${bonds.map((bond) => maskKey(masks.get(bond.id)!)).join(' ')}`;
}

/** The pooled mixture of a component's parts with the bond's members that are on: unit rows [nItems, dim]. */
async function pool(
  parts: readonly ComponentPart[],
  mask: readonly boolean[],
  dim: number,
  mean: (part: ComponentPart, on: readonly boolean[]) => Promise<Float32Array | undefined> | undefined,
): Promise<Float32Array> {
  const mixtures = await Promise.all(
    parts.map(async (part) => {
      const on = mask.slice(part.from, part.to);
      const made = on.some(Boolean) ? await mean(part, on) : undefined;
      return made ? [{ mean: made, nMembers: on.filter(Boolean).length }] : [];
    }),
  );
  return poolMixtures(mixtures.flat(), dim);
}
