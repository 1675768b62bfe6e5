import type { Direction, Modality } from '../base/modality.ts';
import type { AnswerRanks } from '../math/answers.ts';
import type { TaskMetrics } from '../math/metrics.ts';
import type { Ensemble, Factors, Recipe, Space } from '../recipe/types.ts';
import type { WorldCondition } from '../world/conditions.ts';
import type { WorldCurves, WorldFigures } from '../world/figures.ts';
import type { ClassTaskId, CollectionManifest, TaskId, TaskInfo } from '../world/types.ts';
import type { Collections } from './collections/types.ts';
import type { Exchange } from './exchange/types.ts';
import type { MemoryState, PlaneSettings } from './heldPlanes.ts';
import type { RecipeLibrary } from './library.ts';
import type { IntakeDesk } from './intake/types.ts';
import type { Maps } from './maps/maps.ts';
import type { SoundPlayer } from './media/player.ts';
import type { Microscope } from './microscope/types.ts';
import type { Models } from './models/types.ts';
import type { Training } from './training/types.ts';

/** The components that items of one modality have in a recipe's target space. */
export interface ComponentSet {
  /** "unified", "pictext" or "<bondId>.<spaceId>"; the order of the coefficient vectors. */
  names: string[];
  nItems: number;
  dim: number;
  /** One [nItems, dim] row-major array of unit rows per name. */
  data: Float32Array[];
  /**
   * P where every item is a class that P prompts describe: `names` and `data` are prompt-major then, p * K + k the k-th of
   * prompt p's K components. Left out, items are themselves.
   */
  nPrompts?: number;
}

export interface RecipeData {
  recipe: Recipe;
  components: Partial<Record<Modality, ComponentSet>>;
}

/** Retrieval figures of one direction. */
export type RetrievalMetrics = TaskMetrics;
export type MetricsByDirection = Partial<Record<Direction, RetrievalMetrics>>;

/** Something of the user's own: encoded on the device. */
export type OwnInput =
  { modality: 'text'; text: string } | { modality: 'image'; blob: Blob } | { modality: 'audio'; blob: Blob };

export interface EncodedQuery {
  modality: Modality;
  /** What it was made of: another recipe may need it in further spaces. */
  input: OwnInput;
  /** Unit embedding in every space that the recipes asked so far read it in. */
  bySpace: Record<string, Float32Array>;
  /** Unit components in the recipe's target space, in the order of ComponentSet.names. */
  components: Float32Array[];
  encodeMs: number;
}

export type Backend = 'webgpu' | 'wasm';
export interface EncoderStatus {
  /** "unified/audio" */
  id: string;
  state: 'not loaded' | 'loading' | 'ready' | 'failed';
  backend?: Backend;
  /** "int8", "4-bit" */
  precision?: string;
  /** Why this backend and precision: the probe's figures, in words. */
  reason?: string;
  message?: string;
}
export interface DeviceReport {
  scoring: Backend;
  scoringReason: string;
  encoders: Record<string, EncoderStatus>;
  memory: MemoryState;
}

/** What the page opens on (public/world/opening.json), picked on validation items by the rule it states. */
export interface Opening {
  queryId: string;
  gallery: Modality;
  rule: string;
}

/** Whose vectors a study ranks: a recipe's, or those of a space of its own. */
export type Subject = { recipeId: string } | { spaceId: string };

export interface StudyRequest {
  subject: Subject;
  /** Tasks that the subject does not serve are left out of the answer. */
  tasks: readonly TaskId[];
  /** At least one; of a space: [{}]. */
  settings: readonly Factors[];
  /** "clean" where it is left out. */
  conditionId?: string;
  /** Prompt templates of the classifications, "{}" where the class goes; CLASS_TEMPLATES where they are left out. */
  templates?: Partial<Record<ClassTaskId, readonly string[]>>;
}

/** Ranks of every right answer at every setting, by task. */
export type StudyResult = Partial<Record<TaskId, AnswerRanks>>;

export interface StudyOptions {
  signal?: AbortSignal;
  /** Share of the work that is done, in [0, 1]. */
  onProgress?: (fraction: number) => void;
}

/** What outlives a lab over one collection: the shelves of collections and encoders, and the desk where files come in. */
export interface LabServices {
  readonly collections: Collections;
  readonly models: Models;
  readonly intake: IntakeDesk;
}

/** Everything that loads, waits or runs elsewhere. The store is handed one; tests pass a fake. */
export interface LabEngine extends LabServices {
  readonly manifest: CollectionManifest;
  /** Whether the collection is the one that ships with the lab: figures, curves and pools were measured on it. */
  readonly embedded: boolean;
  /** Address of the picture of all tiles; undefined where the collection has none. */
  readonly atlasUrl: string | undefined;
  readonly opening: Opening;
  /** Those that ship with the lab, and new ones that a joint training made. */
  readonly spaces: readonly Space[];
  /** Those that ship with the lab, and the user's own that can be used now. */
  readonly recipes: readonly Recipe[];
  /** Those that ship with the lab, then the user's own, trained or imported. */
  readonly ensembles: readonly Ensemble[];
  /** Calls back whenever spaces, recipes or ensembles change; returns the unsubscriber. */
  onLibrary(listener: () => void): () => void;
  readonly library: RecipeLibrary;
  readonly training: Training;
  readonly exchange: Exchange;
  readonly microscope: Microscope;
  readonly maps: Maps;
  readonly player: SoundPlayer;
  /** Address of a file below public/, for example assetUrl('world/atlas.webp'). */
  assetUrl(path: string): string;
  /** Heights of the waveform of sound `index` of the collection, [N_PEAKS] in 0..255. */
  peaks(index: number): Uint8Array;
  /** Plays sound `index` of the collection, or stops it when it is playing. */
  playItem(index: number): Promise<void>;
  /** Components of every item under a recipe, with the members switched on at present. Loaded once, then kept. */
  recipeData(recipeId: string, signal?: AbortSignal): Promise<RecipeData>;
  /** Unit embeddings [nItems, dim] of every item in a space of its own, by modality. */
  spaceEmbeddings(spaceId: string, signal?: AbortSignal): Promise<Partial<Record<Modality, Float32Array>>>;
  /** All-query metrics of every direction the recipe serves, computed in the scoring worker. */
  metrics(recipeId: string, factors: Factors, signal?: AbortSignal): Promise<MetricsByDirection>;
  /** The same in a space of its own (directions between modalities it knows). */
  spaceMetrics(spaceId: string, signal?: AbortSignal): Promise<MetricsByDirection>;
  /**
   * Ranks of every right answer at many settings of the factors: landscapes, curves, intervals. Runs in the scoring worker in
   * small parts, so that a slider is answered in between. @throws InputError, AbortedError, MissingFileError.
   */
  study(request: StudyRequest, options?: StudyOptions): Promise<StudyResult>;
  /** Queries, right answers, groups and halves of a task. */
  task(id: TaskId): TaskInfo;
  /** Components of a classification's classes under a recipe: every prompt of every class. @throws as study(). */
  classComponents(
    recipeId: string,
    id: ClassTaskId,
    templates: readonly string[],
    signal?: AbortSignal,
  ): Promise<ComponentSet>;
  /** Conditions that a study can be made under, "clean" first. */
  readonly conditions: readonly WorldCondition[];
  /** Switches mixture members; at least one stays on. Later recipeData and metrics use it. */
  setMembers(recipeId: string, bondId: string, mask: boolean[], signal?: AbortSignal): Promise<void>;
  /** Encodes an own query in all spaces that know its modality and projects it for a recipe. */
  encodeQuery(recipeId: string, input: OwnInput, signal?: AbortSignal): Promise<EncodedQuery>;
  /** The same query under another recipe or other members: projected anew from its stored embeddings. */
  projectQuery(recipeId: string, query: EncodedQuery, signal?: AbortSignal): Promise<EncodedQuery>;
  /** One unit vector of one encoder. */
  encode(spaceId: string, input: OwnInput, signal?: AbortSignal): Promise<Float32Array>;
  /** What was measured when the world was built; fetched anew at each call. */
  figures(): Promise<WorldFigures>;
  /** How the spaces learned; fetched anew at each call. */
  curves(): Promise<WorldCurves>;
  /**
   * Changes how the planes of all queries are kept: the bytes they may take, a sample of the queries, half precision. They are
   * built anew at the next count. @throws InputError on a budget or sample that is none.
   */
  setPlanes(settings: PlaneSettings): Promise<void>;
  device(): DeviceReport;
  /** Calls back whenever device() changes; returns the unsubscriber. */
  onDevice(listener: () => void): () => void;
  dispose(): void;
}
