/** Puts the engine together: files of the embedded world, scoring, encoders, maps and sound output. */
import { DisposedError, InputError } from '../base/errors.ts';
import { spacesRead } from '../recipe/coefficients.ts';
import type { Ensemble, Factors, Recipe, Space } from '../recipe/types.ts';
import { classInfo } from '../world/classes.ts';
import { directionInfo, isClassTask } from '../world/tasks.ts';
import { WORLD_ID } from '../world/worldId.ts';
import type { ClassTaskId, TaskId, TaskInfo } from '../world/types.ts';
import { createClassSets, type ClassSets } from './classes.ts';
import type { CollectionSource } from './collections/types.ts';
import { createEncoders, type Encoders } from './encoders/encoders.ts';
import { withModels } from './models/withModels.ts';
import { createMaps } from './maps/maps.ts';
import { createPlayer } from './media/player.ts';
import { createScoring } from './scoring/scoring.ts';
import { fetchCurves, fetchFigures } from './storage/figures.ts';
import { HeldPlanes, type PlaneSettings } from './heldPlanes.ts';
import { runStudy, sampleInfo, tasksAmong } from './study.ts';
import { CollectionVectors, type Vectors } from './vectors.ts';
import { createWorkshop, type Workshop } from './workshop.ts';
import type {
  ComponentSet,
  EncodedQuery,
  LabEngine,
  LabServices,
  MetricsByDirection,
  OwnInput,
  RecipeData,
  StudyOptions,
  StudyRequest,
  StudyResult,
  Subject,
} from './types.ts';

/**
 * Opens a lab over a collection. The caller disposes the engine, which disposes the collection's source; the services outlive it.
 * @param assetUrl address of a file of the site
 */
export async function createEngine(
  assetUrl: (path: string) => string,
  collection: CollectionSource,
  services: LabServices,
): Promise<LabEngine> {
  const engine = new Engine(assetUrl, collection, services);
  // An address may name a recipe of the user's own: what the browser kept comes first, unless it keeps us waiting.
  const opened = engine.training.opened.catch(() => undefined);
  await Promise.race([opened, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  return engine;
}

const PATIENCE_MS = 1000;

class Engine implements LabEngine {
  readonly maps = createMaps();
  readonly player = createPlayer();
  readonly assetUrl: (path: string) => string;
  readonly collections: LabServices['collections'];
  readonly models: LabServices['models'];
  readonly intake: LabServices['intake'];
  readonly #collection: CollectionSource;
  readonly #scoring = createScoring();
  readonly #planes = new HeldPlanes(this.#scoring, () => this.#changed());
  readonly #listeners = new Set<() => void>();
  readonly #libraryListeners = new Set<() => void>();
  readonly #workshop: Workshop;
  readonly #encoders: Encoders;
  readonly #classes: ClassSets;
  readonly #vectors: CollectionVectors;
  readonly #tasks = new Map<TaskId, TaskInfo>();
  #disposed = false;

  constructor(
    assetUrl: (path: string) => string,
    collection: CollectionSource,
    { collections, models, intake }: LabServices,
  ) {
    this.assetUrl = assetUrl;
    this.#collection = collection;
    this.collections = collections;
    this.models = models;
    this.intake = intake;
    const { manifest } = collection;
    this.#encoders = withModels(
      createEncoders({ assetUrl, ensembleUrl: (id) => this.#workshop.own.url(id) }),
      models,
    );
    this.#workshop = createWorkshop({
      assetUrl,
      collection,
      player: this.player,
      encoders: this.#encoders,
      spaceEmbeddings: (id) => this.#vectors.spaceEmbeddings(id),
      onLibrary: () => this.#libraryChanged(),
      onEnsembles: (ids) => this.#ensemblesChanged(ids),
    });
    this.#scoring.onDevice(() => this.#changed());
    this.#encoders.onStatus(() => this.#changed());
    const project = this.#encoders.project.bind(this.#encoders);
    this.#vectors = new CollectionVectors({
      assetUrl,
      collection,
      spaces: () => this.spaces,
      recipes: () => this.recipes,
      conditions: collection.conditions,
      project,
    });
    this.#classes = createClassSets({ manifest, spaces: () => this.spaces, encoders: this.#encoders });
  }

  get manifest() {
    return this.#collection.manifest;
  }

  get embedded() {
    return this.manifest.id === WORLD_ID;
  }

  get opening() {
    return this.#collection.opening;
  }

  get conditions() {
    return this.#collection.conditions;
  }

  get atlasUrl() {
    return this.#collection.atlasUrl;
  }

  get spaces(): readonly Space[] {
    return this.#workshop.own.spaces();
  }

  get recipes(): readonly Recipe[] {
    return this.library.recipes();
  }

  get ensembles(): readonly Ensemble[] {
    return this.#workshop.own.ensembles();
  }

  get library() {
    return this.#workshop.library;
  }

  get training() {
    return this.#workshop.training;
  }

  get exchange() {
    return this.#workshop.exchange;
  }

  get microscope() {
    return this.#workshop.microscope;
  }

  peaks(index: number): Uint8Array {
    return this.#collection.peaks(index);
  }

  playItem(index: number): Promise<void> {
    const item = this.manifest.audio[index];
    if (!item) throw new InputError(`The collection has no sound ${index}.`);
    return this.player.toggle(item.id, () => this.#collection.sound(index));
  }

  async recipeData(recipeId: string): Promise<RecipeData> {
    this.#check();
    return this.#vectors.recipeData(recipeId);
  }

  async spaceEmbeddings(spaceId: string): Promise<Vectors> {
    this.#check();
    return this.#vectors.spaceEmbeddings(spaceId);
  }

  async setMembers(recipeId: string, bondId: string, mask: boolean[], signal?: AbortSignal): Promise<void> {
    this.#check();
    await this.#vectors.setMembers(recipeId, bondId, mask, signal);
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
        vectors: (subject, conditionId, signal) => this.#vectors.study(subject, conditionId, signal),
        classSet: (subject, id, templates, signal) => this.#classSet(subject, id, templates, signal),
        use: (key, recipe, components, tasks, count) =>
          this.#planes.use(key, recipe, components, tasks, () => count(this.#scoring)),
      },
      request,
      options,
    );
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
    // What is at hand is asked for at once: see HeldPlanes.use.
    const loaded = this.#vectors.loaded(recipeId);
    return loaded ? count(loaded) : this.recipeData(recipeId).then(count);
  }

  async spaceMetrics(spaceId: string, signal?: AbortSignal): Promise<MetricsByDirection> {
    const { key, components } = await this.#vectors.study({ spaceId }, 'clean');
    return this.#planes.use(
      key,
      undefined,
      components,
      () => tasksAmong(this.manifest, components),
      () => this.#planes.metrics(key, undefined, signal),
    );
  }

  async encodeQuery(recipeId: string, input: OwnInput, signal?: AbortSignal): Promise<EncodedQuery> {
    this.#check();
    const { modality } = input;
    const started = performance.now();
    const empty = { modality, input, bySpace: {}, components: [], encodeMs: 0 };
    const encoded = await this.projectQuery(recipeId, empty, signal);
    return { ...encoded, encodeMs: performance.now() - started };
  }

  async projectQuery(recipeId: string, query: EncodedQuery, signal?: AbortSignal): Promise<EncodedQuery> {
    const recipe = this.#vectors.recipe(recipeId);
    const { modality, input } = query;
    const bySpace = { ...query.bySpace };
    for (const id of spacesRead(recipe)) {
      if (bySpace[id] || !this.#vectors.space(id).modalities.includes(modality)) continue;
      bySpace[id] = await this.#encoders.encode(id, input, signal);
    }
    const components = await this.#vectors.componentsOf(recipe, modality, bySpace, signal);
    return { ...query, bySpace, components };
  }

  encode(spaceId: string, input: OwnInput, signal?: AbortSignal): Promise<Float32Array> {
    this.#check();
    const space = this.#vectors.space(spaceId);
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

  onLibrary(listener: () => void): () => void {
    this.#libraryListeners.add(listener);
    return () => this.#libraryListeners.delete(listener);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#workshop.dispose();
    this.player.dispose();
    this.maps.dispose();
    this.#encoders.dispose();
    this.#scoring.dispose();
    this.#collection.dispose();
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
        { space: this.#vectors.space(subject.spaceId) },
        id,
        templates,
        new Map(),
        options,
      );
    }
    const recipe = this.#vectors.recipe(subject.recipeId);
    const masks = this.#vectors.masks(recipe);
    return this.#classes.componentsFor({ recipe }, id, templates, masks, options);
  }

  /** Ensembles of the user's own came, grew or went: what was made with them is made anew. */
  #ensemblesChanged(ensembleIds: readonly string[]): void {
    for (const ensembleId of ensembleIds) {
      this.#vectors.forgetEnsemble(ensembleId);
      for (const { id, bonds } of this.recipes) {
        if (bonds.some(({ ensembles }) => ensembles.some((one) => one.id === ensembleId)))
          this.#vectors.forgetRecipe(id);
      }
    }
    this.library.renew();
    this.#libraryChanged();
  }

  #libraryChanged(): void {
    for (const listener of this.#libraryListeners) listener();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('The lab');
  }
}
