/** Puts the engine together: files of the embedded world, scoring, encoders, maps and sound output. */
import { DisposedError, FormatError, InputError } from '../base/errors.ts';
import { MODALITIES, type Modality } from '../base/modality.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { normaliseRows } from '../math/sphere.ts';
import { componentNames } from '../recipe/coefficients.ts';
import { RECIPES, SPACES } from '../recipe/embedded.ts';
import type { Factors, Recipe, Space } from '../recipe/types.ts';
import { N_PEAKS } from '../world/peaks.ts';
import { renderClip } from '../world/sounds/clip.ts';
import { SAMPLE_RATE } from '../world/sounds/dspCore.ts';
import { classInfo } from '../world/classes.ts';
import { CONDITIONS } from '../world/conditions.ts';
import { directionInfo, isClassTask } from '../world/tasks.ts';
import type { ClassTaskId, CollectionManifest, TaskId, TaskInfo } from '../world/types.ts';
import { createClassSets, type ClassSets } from './classes.ts';
import { createEncoders } from './encoders/encoders.ts';
import { createMaps } from './maps/maps.ts';
import { createPlayer } from './media/player.ts';
import { createScoring } from './scoring/scoring.ts';
import { fetchFile, fetchJson } from './storage/fetchFile.ts';
import { readCondition, type ConditionVectors } from './storage/conditions.ts';
import { fetchCurves, fetchFigures } from './storage/figures.ts';
import { HeldPlanes, type PlaneSettings } from './heldPlanes.ts';
import { runStudy, sampleInfo, tasksAmong, type Components, type StudyVectors } from './study.ts';
import type {
  ComponentSet,
  EncodedQuery,
  LabEngine,
  MetricsByDirection,
  Opening,
  OwnInput,
  RecipeData,
  StudyOptions,
  StudyRequest,
  StudyResult,
  Subject,
} from './types.ts';

type Vectors = Partial<Record<Modality, Float32Array>>;

/** Data of members in part: how many masks of a bond are kept (about 1 MB each). */
const N_KEPT_MASKS = 4;
const maskKey = (mask: readonly boolean[]) => mask.map(Number).join('');

/** Opens the embedded world below `base` (the site's root). @throws MissingFileError when its files are not there. */
export async function createEngine(base: string): Promise<LabEngine> {
  const assetUrl = (path: string) => new URL(path, base).href;
  const [manifest, opening, peaks] = await Promise.all([
    fetchJson<CollectionManifest>(assetUrl('world/collection.json')),
    fetchJson<Opening>(assetUrl('world/opening.json')),
    fetchFile(assetUrl('world/peaks.bin')).then((bytes) => new Uint8Array(bytes)),
  ]);
  return new Engine(assetUrl, manifest, opening, peaks);
}

class Engine implements LabEngine {
  readonly spaces = SPACES;
  readonly recipes = RECIPES;
  readonly conditions = CONDITIONS;
  readonly maps = createMaps();
  readonly player = createPlayer();
  readonly assetUrl: (path: string) => string;
  readonly manifest: CollectionManifest;
  readonly opening: Opening;
  readonly #peaks: Uint8Array;
  readonly #scoring = createScoring();
  readonly #planes = new HeldPlanes(this.#scoring, () => this.#changed());
  readonly #listeners = new Set<() => void>();
  readonly #encoders: ReturnType<typeof createEncoders>;
  readonly #classes: ClassSets;
  readonly #files = new Map<string, Promise<Vectors>>();
  readonly #recipeData = new Map<string, Promise<RecipeData>>();
  /** By recipe: the data that recipeData() gave last, under its key. */
  readonly #loaded = new Map<string, { key: string; data: RecipeData }>();
  readonly #spaceComponents = new Map<string, Promise<Components>>();
  readonly #conditions = new Map<string, Promise<ConditionVectors>>();
  readonly #tasks = new Map<TaskId, TaskInfo>();
  readonly #masks = new Map<string, boolean[]>();
  #disposed = false;

  constructor(
    assetUrl: (path: string) => string,
    manifest: CollectionManifest,
    opening: Opening,
    peaks: Uint8Array,
  ) {
    this.assetUrl = assetUrl;
    this.manifest = manifest;
    this.opening = opening;
    this.#peaks = peaks;
    this.#encoders = createEncoders({ assetUrl });
    this.#scoring.onDevice(() => this.#changed());
    this.#encoders.onStatus(() => this.#changed());
    this.#classes = createClassSets({ manifest, spaces: this.spaces, encoders: this.#encoders });
  }

  peaks(index: number): Uint8Array {
    return this.#peaks.subarray(index * N_PEAKS, (index + 1) * N_PEAKS);
  }

  playItem(index: number): Promise<void> {
    const item = this.manifest.audio[index];
    if (!item) throw new InputError(`The collection has no sound ${index}.`);
    return this.player.toggle(item.id, () =>
      Promise.resolve({ samples: renderClip(item.clip), sampleRateHz: SAMPLE_RATE }),
    );
  }

  async recipeData(recipeId: string): Promise<RecipeData> {
    this.#check();
    const recipe = this.#recipe(recipeId);
    // The members of now, also while files are still on their way: each mask has data of its own.
    const masks = new Map(recipe.bonds.map(({ id }) => [id, this.#mask(id)]));
    const key = this.#dataKey(recipeId);
    const data = await kept(this.#recipeData, key, async () => {
      const { dim } = this.#space(targetSpace(recipe));
      const components: Components = {};
      for (const modality of MODALITIES) {
        const names = componentNames(recipe, modality, this.spaces);
        if (names.length === 0) continue;
        const data = await Promise.all(names.map((name) => this.#component(recipe, name, modality, masks)));
        components[modality] = { names, nItems: this.manifest[modality].length, dim, data };
      }
      return { recipe, components };
    });
    this.#loaded.set(recipeId, { key, data });
    return data;
  }

  task(id: TaskId): TaskInfo {
    const known = this.#tasks.get(id);
    if (known) return known;
    const all = isClassTask(id) ? classInfo(this.manifest, id) : directionInfo(this.manifest, id);
    const { sampleQueries } = this.#planes.memory();
    const made = sampleQueries === undefined ? all : sampleInfo(all, sampleQueries);
    this.#tasks.set(id, made);
    return made;
  }

  async study(request: StudyRequest, options: StudyOptions = {}): Promise<StudyResult> {
    this.#check();
    return runStudy(
      {
        manifest: this.manifest,
        vectors: (subject, conditionId, signal) => this.#studyVectors(subject, conditionId, signal),
        classSet: (subject, id, templates, signal) => this.#classSet(subject, id, templates, signal),
        use: (key, recipe, components, tasks, count) =>
          this.#planes.use(key, recipe, components, tasks, () => count(this.#scoring)),
      },
      request,
      options,
    );
  }

  spaceEmbeddings(spaceId: string): Promise<Vectors> {
    this.#check();
    return this.#vectors(`world/embeddings/${this.#space(spaceId).id}.safetensors`, this.#space(spaceId).dim);
  }

  async classComponents(
    recipeId: string,
    id: ClassTaskId,
    templates: readonly string[],
    signal?: AbortSignal,
  ): Promise<ComponentSet> {
    this.#check();
    return this.#classSet({ recipeId }, id, templates, signal);
  }

  metrics(recipeId: string, factors: Factors, signal?: AbortSignal): Promise<MetricsByDirection> {
    const count = ({ recipe, components }: RecipeData) =>
      this.#planes.use(
        recipeId,
        recipe,
        components,
        () => tasksAmong(this.manifest, components),
        () => this.#planes.metrics(recipeId, factors, signal),
      );
    const loaded = this.#loaded.get(recipeId);
    // What is at hand is asked for at once: see HeldPlanes.use.
    return loaded && loaded.key === this.#dataKey(recipeId)
      ? count(loaded.data)
      : this.recipeData(recipeId).then(count);
  }

  async spaceMetrics(spaceId: string, signal?: AbortSignal): Promise<MetricsByDirection> {
    const { key, components } = await this.#studyVectors({ spaceId }, 'clean');
    return this.#planes.use(
      key,
      undefined,
      components,
      () => tasksAmong(this.manifest, components),
      () => this.#planes.metrics(key, undefined, signal),
    );
  }

  async setMembers(recipeId: string, bondId: string, mask: boolean[], signal?: AbortSignal): Promise<void> {
    this.#check();
    const bond = this.#recipe(recipeId).bonds.find(({ id }) => id === bondId);
    if (!bond) throw new InputError(`The recipe ${recipeId} has no bond "${bondId}".`);
    if (mask.length !== bond.members.length || !mask.some(Boolean)) {
      throw new InputError(`${bondId} has ${bond.members.length} members and at least one stays on.`);
    }
    await this.#projected(bondId, mask, signal);
    this.#masks.set(bondId, [...mask]);
    // Sets of components with some members off are rebuilt from their projections when they are asked for again.
    for (const key of this.#recipeData.keys()) {
      if (key.startsWith(`${recipeId} `) && key.includes('0', recipeId.length)) this.#recipeData.delete(key);
    }
  }

  async encodeQuery(recipeId: string, input: OwnInput, signal?: AbortSignal): Promise<EncodedQuery> {
    this.#check();
    const recipe = this.#recipe(recipeId);
    const { modality } = input;
    const started = performance.now();
    const bySpace: Record<string, Float32Array> = {};
    for (const space of this.spaces) {
      if (space.modalities.includes(modality)) {
        bySpace[space.id] = await this.#encoders.encode(space.id, input, signal);
      }
    }
    const components = await this.#componentsOf(recipe, modality, bySpace, signal);
    return { modality, bySpace, components, encodeMs: performance.now() - started };
  }

  async projectQuery(recipeId: string, query: EncodedQuery, signal?: AbortSignal): Promise<EncodedQuery> {
    const components = await this.#componentsOf(
      this.#recipe(recipeId),
      query.modality,
      query.bySpace,
      signal,
    );
    return { ...query, components };
  }

  encode(spaceId: string, input: OwnInput, signal?: AbortSignal): Promise<Float32Array> {
    this.#check();
    const space = this.#space(spaceId);
    if (!space.modalities.includes(input.modality)) {
      throw new InputError(
        `${space.name} knows no ${input.modality}; it knows ${space.modalities.join(' and ')}.`,
      );
    }
    return this.#encoders.encode(spaceId, input, signal);
  }

  figures() {
    return fetchFigures(this.assetUrl);
  }

  curves() {
    return fetchCurves(this.assetUrl);
  }

  device() {
    const scoring = this.#scoring.device();
    return {
      scoring: scoring?.backend ?? ('wasm' as const),
      scoringReason: scoring?.reason ?? 'The scoring worker has not started yet.',
      encoders: this.#encoders.status(),
      memory: this.#planes.memory(),
    };
  }

  async setPlanes(settings: PlaneSettings): Promise<void> {
    this.#check();
    const { sampleQueries } = settings;
    if (sampleQueries !== undefined && !(Number.isInteger(sampleQueries) && sampleQueries >= 1)) {
      throw new InputError(`A sample has at least one query; this one has ${sampleQueries}.`);
    }
    // The sample is another from here on, whether the new budget can be had or not.
    const changed = this.#planes.change(settings);
    this.#tasks.clear();
    await changed;
  }

  onDevice(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.player.dispose();
    this.maps.dispose();
    this.#encoders.dispose();
    this.#scoring.dispose();
  }

  /** The collection as a recipe or a space of its own sees it, under a condition. */
  async #studyVectors(subject: Subject, conditionId: string, signal?: AbortSignal): Promise<StudyVectors> {
    if (!this.conditions.some(({ id }) => id === conditionId)) {
      throw new InputError(`There is no condition "${conditionId}"; there are ${idsOf(this.conditions)}.`);
    }
    const plain = await this.#plainVectors(subject);
    if (conditionId === 'clean') return plain;
    const changed = await kept(this.#conditions, conditionId, () =>
      readCondition(this.assetUrl, conditionId, undefined, signal),
    );
    const { modality } = changed;
    const set = plain.components[modality];
    if (!set) return plain;
    const data: Float32Array[] = [];
    for (const name of set.names) {
      const bond = plain.recipe?.bonds.find(({ id }) => name.startsWith(`${id}.`));
      if (!bond) data.push(changed.bySpace[name]!);
      else if (this.#mask(bond.id).every(Boolean)) data.push(changed.byBond[bond.id]!);
      else {
        const source = changed.bySpace[sourceSpace(plain.recipe!, bond.id)]!;
        data.push(await this.#encoders.project(bond.id, source, this.#mask(bond.id), signal));
      }
    }
    // One key for all conditions: the planes of one make room for those of the next.
    return {
      ...plain,
      key: 'under a condition',
      components: { ...plain.components, [modality]: { ...set, data } },
    };
  }

  async #plainVectors(subject: Subject): Promise<StudyVectors> {
    if ('recipeId' in subject) {
      const { recipe, components } = await this.recipeData(subject.recipeId);
      return { key: subject.recipeId, recipe, components };
    }
    const { spaceId } = subject;
    const { dim } = this.#space(spaceId);
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

  #classSet(
    subject: Subject,
    id: ClassTaskId,
    templates: readonly string[],
    signal?: AbortSignal,
  ): Promise<ComponentSet> {
    const options = signal ? { signal } : {};
    if ('spaceId' in subject) {
      return this.#classes.componentsFor(
        { space: this.#space(subject.spaceId) },
        id,
        templates,
        new Map(),
        options,
      );
    }
    const recipe = this.#recipe(subject.recipeId);
    const masks = new Map(recipe.bonds.map((bond) => [bond.id, this.#mask(bond.id)]));
    return this.#classes.componentsFor({ recipe }, id, templates, masks, options);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('The lab');
  }

  #recipe(id: string): Recipe {
    const found = this.recipes.find((recipe) => recipe.id === id);
    if (!found) throw new InputError(`There is no recipe "${id}"; there are ${idsOf(this.recipes)}.`);
    return found;
  }

  #space(id: string): Space {
    const found = this.spaces.find((space) => space.id === id);
    if (!found) throw new InputError(`There is no space "${id}"; there are ${idsOf(this.spaces)}.`);
    return found;
  }

  /** Unit rows by modality from a stored file, once. */
  #vectors(path: string, dim: number): Promise<Vectors> {
    return kept(this.#files, path, async () => {
      const stored = readSafetensors(await fetchFile(this.assetUrl(path)));
      const out: Vectors = {};
      for (const modality of MODALITIES) {
        const tensor = stored.get(modality);
        if (!tensor) continue;
        if (tensor.shape[1] !== dim || tensor.shape[0] !== this.manifest[modality].length) {
          throw new FormatError(
            `${path} holds ${modality} [${tensor.shape.join(', ')}], the collection needs ` +
              `[${this.manifest[modality].length}, ${dim}]. Rebuild it with "npm run world".`,
          );
        }
        out[modality] = normaliseRows(tensor.data, dim);
      }
      return out;
    });
  }

  /** A stored component, "<bond>.<space>" or "<space>" (componentNames). */
  async #component(
    recipe: Recipe,
    name: string,
    modality: Modality,
    masks: ReadonlyMap<string, readonly boolean[]>,
  ): Promise<Float32Array> {
    const bond = recipe.bonds.find(({ id }) => name.startsWith(`${id}.`));
    const vectors = bond
      ? await this.#projected(bond.id, masks.get(bond.id)!)
      : await this.spaceEmbeddings(name);
    const found = vectors[modality];
    if (!found) {
      throw new FormatError(`${name} has no ${modality} vectors. Rebuild them with "npm run world".`);
    }
    return found;
  }

  /** Names a recipe's data with the members that are on now. */
  #dataKey(recipeId: string): string {
    return `${recipeId} ${this.#recipe(recipeId)
      .bonds.map(({ id }) => maskKey(this.#mask(id)))
      .join(' ')}`;
  }

  /** The members of a bond that are switched on now. */
  #mask(bondId: string): readonly boolean[] {
    const bond = this.recipes.flatMap(({ bonds }) => bonds).find(({ id }) => id === bondId)!;
    return this.#masks.get(bondId) ?? bond.members.map(() => true);
  }

  /** The ensemble's outputs for the collection: stored for all members together, run anew for any other mask. */
  #projected(bondId: string, mask: readonly boolean[], signal?: AbortSignal): Promise<Vectors> {
    const recipe = this.recipes.find(({ bonds }) => bonds.some(({ id }) => id === bondId))!;
    const { dim } = this.#space(targetSpace(recipe));
    if (mask.every(Boolean)) return this.#vectors(`world/projected/${bondId}.safetensors`, dim);
    const inPart = [...this.#files.keys()].filter((key) => key.startsWith(`${bondId} `));
    if (inPart.length >= N_KEPT_MASKS) this.#files.delete(inPart[0]!);
    return kept(this.#files, `${bondId} ${maskKey(mask)}`, async () => {
      const source = await this.spaceEmbeddings(sourceSpace(recipe, bondId));
      const out: Vectors = {};
      for (const [modality, x] of Object.entries(source) as [Modality, Float32Array][]) {
        out[modality] = await this.#encoders.project(bondId, x, mask, signal);
      }
      return out;
    });
  }

  async #componentsOf(
    recipe: Recipe,
    modality: Modality,
    bySpace: Readonly<Record<string, Float32Array>>,
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    const out: Float32Array[] = [];
    for (const name of componentNames(recipe, modality, this.spaces)) {
      const bond = recipe.bonds.find(({ id }) => name.startsWith(`${id}.`));
      const vector = bySpace[bond ? sourceSpace(recipe, bond.id) : name]!;
      out.push(bond ? await this.#encoders.project(bond.id, vector, this.#mask(bond.id), signal) : vector);
    }
    return out;
  }
}

/** The space in which a recipe's vectors meet: the base, or the expert of its last displacement. */
function targetSpace(recipe: Recipe): string {
  return recipe.bonds.findLast(({ kind }) => kind === 'displacement')?.experts[0] ?? recipe.base;
}

/** The space that a bond projects: the expert of a combination, the base of a displacement. */
function sourceSpace(recipe: Recipe, bondId: string): string {
  const bond = recipe.bonds.find(({ id }) => id === bondId)!;
  return bond.kind === 'combination' ? bond.experts[0]! : recipe.base;
}

/** The value of a key, made once; a failure is not kept, so the next call tries again. */
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

const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id).join(', ');
