/** What the microscope is asked, and what it finds: members, sizes, costs, conflicts, and what a bond keeps. */
import type { Modality } from '../../base/modality.ts';
import type { MetricId } from '../../math/answers.ts';
import type { Interval } from '../../math/bootstrap.ts';
import type { Factors, Recipe, Space } from '../../recipe/types.ts';
import type { ClassTaskId, CollectionManifest, Half, TaskId } from '../../world/types.ts';
import type { ConflictReport, ConflictRequest, KeepsReport, KeepsRequest } from './comparisonTypes.ts';

export type * from './comparisonTypes.ts';

/** Where the microscope takes its vectors from: what the engine has at hand. */
export interface MicroscopeSources {
  readonly manifest: CollectionManifest;
  /** Grows as spaces are made. */
  spaces(): readonly Space[];
  /** Unit embeddings [nItems, dim] of every item in a space of its own, by modality. */
  spaceEmbeddings(spaceId: string, signal?: AbortSignal): Promise<Partial<Record<Modality, Float32Array>>>;
  /** The unit output of every member of an ensemble, [n, nMembers, dOut], for unit rows x [n, dIn] (Encoders.members); the caller's own. */
  members(ensembleId: string, x: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  /** Unit rows [n, dim] of texts, for the prompts of classifications (Encoders.encodeTexts); the caller's own. */
  encodeTexts(spaceId: string, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>;
}

/** Studies that count run in a worker, in short slices: an abort is heard between them. */
export interface MicroscopeOptions {
  signal?: AbortSignal;
  /** Share of the work that is done, in [0, 1]. */
  onProgress?: (fraction: number) => void;
}

/** A setting of the factors with its name on screen. */
export interface NamedSetting {
  name: string;
  factors: Factors;
}

/** What is counted: tasks the recipe does not serve are left out of the answer. */
export interface CountRequest {
  recipe: Recipe;
  /** The bond whose members are looked at; all members of the recipe's other bonds stay on. */
  bondId: string;
  tasks: readonly TaskId[];
  settings: readonly NamedSetting[];
  /** R@1 where it is left out. */
  metric?: MetricId;
  /** "test" where it is left out. */
  half?: Half | 'all';
  /** Prompt templates of the classifications; CLASS_TEMPLATES where they are left out. */
  templates?: Partial<Record<ClassTaskId, readonly string[]>>;
}

// Members

export type MemberRequest = CountRequest;

/** One projector of the bond, in the order of its mask. */
export interface MemberName {
  ensemble: string;
  member: string;
}

/** What the members do for one task at one setting. */
export interface MemberRow {
  task: TaskId;
  setting: string;
  nQueries: number;
  /** The metric with all members on, and of a random order. */
  all: number;
  chance: number;
  /** One a member. */
  members: {
    /** The metric of the mixture without it (NaN where it is the only one), and of it alone. */
    without: number;
    alone: number;
    /**
     * all - without, with the paired bootstrap 95% interval over independent groups: above 0 it helps (below 0 of MedR).
     * Undefined of an only member.
     */
    effect: Interval | undefined;
  }[];
}

/** An item and how far the members scatter on it. */
export interface ItemSpread {
  /** Index in the collection's list of its modality. */
  index: number;
  /** 1 - |mean of the members' unit outputs|, in [0, 1]. */
  spread: number;
}

/** How far the members agree on the items of one modality. */
export interface MemberAgreement {
  modality: Modality;
  nItems: number;
  /** Positions among MemberReport.members of those that serve this modality: rows and columns of the matrix. */
  members: number[];
  /** Mean cosine over the items, [n, n] row-major; symmetric, 1 on the diagonal. */
  cosines: Float64Array;
  /** Mean off the diagonal; NaN of one member. */
  meanCosine: number;
  meanSpread: Interval;
  /** Of every item, [nItems]. */
  spread: Float64Array;
  /** Items with the least and the largest spread, the extreme first. */
  mostAgreed: ItemSpread[];
  leastAgreed: ItemSpread[];
}

export interface MemberReport {
  recipeId: string;
  bondId: string;
  metric: MetricId;
  half: Half | 'all';
  members: MemberName[];
  rows: MemberRow[];
  agreement: MemberAgreement[];
}

// Sizes

/**
 * The ensembles of one training seed: by id of the bond's ensemble, the ids of those that stand for it, pooled where there
 * are several. Those that are not named stand for themselves.
 */
export interface Replicate {
  /** On screen: "seed 3". */
  name: string;
  ensembles: Readonly<Record<string, readonly string[]>>;
}

export interface SizeRequest extends CountRequest {
  /** One a training seed; at least three show the spread. */
  replicates: readonly Replicate[];
}

/** A mixture of so many members. */
export interface SizeFigure {
  size: number;
  /**
   * Metric by replicate: mean over the sets of this size (each member alone; the first three and the seven of each ensemble;
   * all of them).
   */
  values: number[];
  /** Over the replicates; `sd` is the sample's, undefined of one. */
  mean: number;
  sd: number | undefined;
  low: number;
  high: number;
  /** Which members, and each set's own figure by replicate. */
  sets: { members: MemberName[]; values: number[] }[];
}

export interface SizeRow {
  task: TaskId;
  setting: string;
  nQueries: number;
  chance: number;
  /** The metric in the base space by itself; undefined where it does not serve the task. */
  base: number | undefined;
  /** Ascending. */
  sizes: SizeFigure[];
  /**
   * Where the seeds disagree on whether the largest mixture is better than the base: training anew may turn the finding
   * around. Undefined below two seeds or without a base.
   */
  unstable: boolean | undefined;
}

export interface SizeReport {
  recipeId: string;
  bondId: string;
  metric: MetricId;
  half: Half | 'all';
  replicates: string[];
  rows: SizeRow[];
  /** What to know before reading: fewer than three seeds, rows that are unstable. */
  warnings: string[];
}

// Cost

/** Something that is timed: an encoder, or a mixture of projectors. */
export interface CostSubject {
  id: string;
  /** On screen: "Unified’s audio encoder", "mixture of 7". */
  name: string;
  kind: 'encoder' | 'mixture';
  /** Projectors that run; 0 of an encoder. */
  nMembers: number;
  /** Of the file that is loaded. */
  bytes: number;
  /** Makes the input of a batch of n once, outside of the time, and returns what runs it. */
  prepare(n: number, signal?: AbortSignal): Promise<(signal?: AbortSignal) => Promise<unknown>>;
}

export interface CostRequest {
  subjects: readonly CostSubject[];
  /** [1, 32, 256] where they are left out. */
  batches?: readonly number[];
  /** Most timings of each subject and batch; 15 where it is left out. Long batches get fewer, at least five. */
  nRuns?: number;
}

/** Milliseconds for 1,000 items in batches of `batch`: median and quartiles over the timings. */
export interface BatchTime {
  batch: number;
  msPerThousand: number;
  lower: number;
  upper: number;
  nRuns: number;
}

export interface CostRow {
  id: string;
  name: string;
  kind: 'encoder' | 'mixture';
  nMembers: number;
  bytes: number;
  times: BatchTime[];
}

/** A sum of rows, such as "base alone" (its encoder) and "with 7" (both encoders and the mixture), against the first. */
export interface CostSum {
  name: string;
  rows: string[];
  bytes: number;
  /** Sum of the medians, by batch, and its ratio to the first sum's. */
  times: { batch: number; msPerThousand: number; ratio: number }[];
}

export interface CostReport {
  rows: CostRow[];
}

/** The microscope. Every call may be aborted. @throws InputError on ids and settings that do not fit; AbortedError. */
export interface Microscope {
  memberStudy(request: MemberRequest, options?: MicroscopeOptions): Promise<MemberReport>;
  sizeStudy(request: SizeRequest, options?: MicroscopeOptions): Promise<SizeReport>;
  /**
   * What can be timed of a bond: encoders "<space>/<modality>" of the recipe's base and the bond's experts, for the modalities
   * that the bond projects, and mixtures "<bondId>:<n>" of one member, of one ensemble and of all of them. Loads them all.
   * @throws MissingFileError, ModelError
   */
  costSubjects(recipe: Recipe, bondId: string, signal?: AbortSignal): Promise<CostSubject[]>;
  costStudy(request: CostRequest, options?: MicroscopeOptions): Promise<CostReport>;
  conflictStudy(request: ConflictRequest, options?: MicroscopeOptions): Promise<ConflictReport>;
  keepsStudy(request: KeepsRequest, options?: MicroscopeOptions): Promise<KeepsReport>;
}
