/** What a training run is told, what it tells, and what is kept of it. */
import type { Direction, Modality } from '../../base/modality.ts';
import type { ProjectorWeights } from '../../math/projector.ts';
import type { Mining } from '../../math/pseudoPairs.ts';
import type { Ensemble } from '../../recipe/types.ts';
import type { Backend } from '../types.ts';

/** Settings of every projector of a run. The defaults are those that trained the embedded ensembles. */
export interface TrainingSettings {
  seed: number;
  /** Steps of each projector. */
  steps: number;
  /** Pseudo-pairs a step. */
  batch: number;
  /** Width of the hidden layer (2,048 in the paper). */
  hidden: number;
  /** Learning rate after the warm-up; cosine decay to 0 from there. */
  peakRate: number;
  /** Steps of linear warm-up. */
  warmUp: number;
  /** Decoupled weight decay on matrices (arXiv 1711.05101). */
  weightDecay: number;
  /** tau_2 of the InfoNCE loss. */
  temperature: number;
  /** Standard deviation of the noise on every input vector, times 1 / sqrt(dIn). */
  noise: number;
  /** Share of the old running statistics that batch normalisation keeps at each step. */
  momentum: number;
}

export type { Mining };

/** What is done to the pseudo-pairs before training, for experiments on their quality. */
export interface PairDamage {
  /** Share of pairs whose partners are replaced by random ones, in [0, 1]. */
  corrupt: number;
  /** Share of each pool that is used, in (0, 1]. */
  keep: number;
  /** Share of the pool's topics (its k-means clusters by embedding) that are used, in (0, 1]. */
  topics: number;
}

/** "joint" projects both spaces into a new one of dimension dOut, together (C-MCR, arXiv 2305.14381). */
export type TrainKind = 'combination' | 'displacement' | 'joint';

export interface TrainRequest {
  kind: TrainKind;
  /** Id of the frozen base of a combination, of the projected base of a displacement, of the first space of a joint. */
  base: string;
  expert: string;
  /** Pseudo-pair subsets, one projector each: "mix", "A", "T", "V", "AT", "AV", "TV"; seven in the paper. */
  members: readonly string[];
  settings: TrainingSettings;
  mining: Mining;
  /** "embedded" (the unpaired training pools) or "collection" (the validation half of the collection on screen). */
  pool: PoolId;
  /** Dimension of a joint's new space. */
  dOut?: number;
  damage?: PairDamage;
  /** Name on screen; made from kind and spaces where it is left out. */
  name?: string;
}

/** Of "collection", validation R@1 (curve, best step, experiment) is measured on the very items that are mined; the test half is held out. */
export type PoolId = 'embedded' | 'collection';

/** Unpaired items: row i of a modality is one item in every space that knows it. Nothing says which belong together. */
export interface Pool {
  id: PoolId;
  name: string;
  sizes: Partial<Record<Modality, number>>;
  /** Unit rows [n, dim] in a space, by modality; loaded once, when they are asked for. @throws MissingFileError, InputError */
  vectors(spaceId: string): Promise<Partial<Record<Modality, Float32Array>>>;
  /** What to show of item `index`. */
  item(modality: Modality, index: number): PoolItem;
}

/** How an item of a pool is shown. */
export interface PoolItem {
  /** The text itself; of a picture or a sound, what the page calls it. Shown only: mining never sees it. */
  label: string;
  /** Of a picture: where it lies. */
  picture?: { atlas: string; tile: number; nTiles: number; columns: number; tilePx: number };
  /** Of a sound: plays it, or stops it. */
  play?: () => Promise<void>;
}

/** One pseudo-pair as mined: where it started, and the partners that were fetched for it. */
export interface PairExample {
  start: { modality: Modality; index: number };
  partners: {
    modality: Modality;
    index: number;
    /** Space that linked the two, and their cosine in it. Of softmax-weighted means the heaviest item is told. */
    space: string;
    similarity: number;
    /** The partner it was fetched for, where no space knows its modality and the start's. */
    via?: Modality;
  }[];
}

/** What mining finds from one modality. */
export interface MinedSet {
  /** "A", "T" or "V". */
  letter: string;
  nPairs: number;
  /** Seeded sample, from the least to the most similar. */
  examples: PairExample[];
  /** Mean cosine of the partners by "<start>><partner>", and its deciles (9 numbers). */
  similarity: Record<string, { mean: number; deciles: number[] }>;
}

/** A point of a learning curve. Each member has its own curve; `step` counts within it, from 1. */
export interface CurvePoint {
  step: number;
  /** Mean loss since the last point, in nats. */
  loss: number;
  learningRate: number;
  /**
   * Where it was measured: R@1 of the member alone on the validation queries of the collection, by direction, at the projected
   * end (every modality that is projected stands as projected, the others in the target space); galleries are whole. Of pool "collection" not held out: see PoolId.
   */
  recall?: Record<string, number>;
}

export interface MemberCurve {
  member: string;
  points: CurvePoint[];
  /** Step of the best mean validation R@1 so far. */
  bestStep?: number;
}

export type RunStatus = 'waiting' | 'mining' | 'training' | 'paused' | 'done' | 'stopped' | 'failed';

/** What is kept of a run, in the browser's storage. */
export interface RunRecord {
  id: string;
  name: string;
  request: TrainRequest;
  status: RunStatus;
  /** ISO 8601. */
  createdAt: string;
  /** The collection that it is measured on, and trains on where the pool is that; left out of runs over the embedded world. */
  collection?: { id: string; name: string };
  /** Seconds of training so far, pauses left out. */
  seconds: number;
  /** What it trains on, and why. */
  device?: { backend: Backend; threads: number; reason?: string };
  /** Pseudo-pairs of each member. */
  nPairs: Record<string, number>;
  curves: MemberCurve[];
  /**
   * Ids of the ensembles it gave: the run's own id; two of a joint, "<run id>-base" and "<run id>-expert", into a new space
   * that has the run's id. Empty until a first member is ready.
   */
  ensembles: string[];
  /** Why it failed, and what to do. */
  message?: string;
}

/** What changes while a run goes. */
export interface RunProgress {
  runId: string;
  status: RunStatus;
  /** Member under way: its name and place in the request's list. */
  member: string;
  memberIndex: number;
  step: number;
  pairsPerSecond: number;
  secondsLeft: number;
}

/** Where an imported ensemble came from. */
export interface ImportNote {
  file: string;
  format: 'torch' | 'safetensors' | 'onnx';
  createdAt: string;
}

/** An ensemble of the user's own, as the page lists it. */
export interface OwnEnsemble extends Ensemble {
  dIn: number;
  dOut: number;
  hidden: number;
  runId?: string;
  imported?: ImportNote;
}

/** What is done to the pseudo-pairs in an experiment on their quality. */
export type DamageAxis = keyof PairDamage;

export interface ExperimentRequest {
  /** Trained anew at every value; its damage holds on the other axes, its seed is the first. One member shows the curve. */
  base: TrainRequest;
  axis: DamageAxis;
  /** Values along the axis, as in PairDamage. */
  values: readonly number[];
  /** Trainings with different seeds at every value; at least three show the spread. */
  repeats: number;
  /** Name on screen; made from axis and spaces where it is left out. */
  name?: string;
}

/** One training of an experiment, done: its ensemble of all members at the projected end. */
export interface ExperimentPoint {
  value: number;
  /** From 0. */
  repeat: number;
  /** Pseudo-pairs of each member. */
  nPairs: Record<string, number>;
  /** R@1 by direction, on the validation half (for curves and choices; see PoolId) and on the held-out test half (for reports). */
  recall: Record<string, { validation: number; test: number }>;
  /** Rank of the best right answer of every query, in the order of directionInfo(): for other figures and intervals. */
  ranks: Partial<Record<Direction, Uint32Array>>;
  seconds: number;
}

export interface Experiment {
  id: string;
  name: string;
  request: ExperimentRequest;
  /** One that was cut by a reload goes on by itself, from the training that was under way. */
  status: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  /** ISO 8601. */
  createdAt: string;
  points: ExperimentPoint[];
  /** Trainings in all. */
  nTrainings: number;
  /** While it runs, from the trainings so far. */
  secondsLeft?: number;
  /** Why it failed, and what to do. */
  message?: string;
}

/** What gives an ensemble its place beside the trained ones: an import. */
export interface NewEnsemble {
  name: string;
  source: string;
  target: string;
  /** Names of the members, in the order of the weights. */
  members: readonly string[];
  weights: readonly ProjectorWeights[];
  imported: ImportNote;
}

/**
 * Runs and their ensembles. A run that was cut by a reload or a closed tab is "paused" when the page opens again. One run trains
 * at a time, over all windows of a browser; others wait, and experiments wait for all runs.
 */
export interface Training {
  /** Where the embedded ensembles' settings come from; hints of the form. */
  readonly defaults: TrainingSettings;
  /** Resolves when what the browser kept is there; before that, lists are empty. */
  readonly opened: Promise<void>;
  /** What a person has to know: this browser keeps nothing, or no more. */
  note(): string | undefined;
  pool(id: PoolId, signal?: AbortSignal): Promise<Pool>;
  /** Mines without training, to look at pairs. @throws InputError, AbortedError */
  mine(
    request: Pick<TrainRequest, 'kind' | 'base' | 'expert' | 'mining' | 'pool' | 'damage'> & { seed: number },
    signal?: AbortSignal,
  ): Promise<MinedSet[]>;
  /** Puts a run in line and returns its id. @throws InputError on settings that cannot be trained. */
  train(request: TrainRequest): Promise<string>;
  /** Newest first. */
  runs(): readonly RunRecord[];
  /** Of the run under way here, if any. */
  progress(): RunProgress | undefined;
  /** Calls back whenever runs(), progress(), ensembles(), experiments() or note() change; returns the unsubscriber. */
  onChange(listener: () => void): () => void;
  /** Resolves when it stands still. @throws InputError where it does not wait or train here. */
  pause(runId: string): Promise<void>;
  /** Puts a paused run, or one that failed, in line again: at once, or when a pause is over. @throws InputError on one that is over. */
  goOn(runId: string): Promise<void>;
  /** Ends a run; members that are ready are kept, the one under way at its present step too. @throws InputError */
  stop(runId: string): Promise<void>;
  /** Takes the member under way back to its best validation R@1 and pauses there. @throws InputError where there is none yet. */
  stepBack(runId: string): Promise<void>;
  /** Its ensembles are renamed with it; an empty name becomes the one made from the request. */
  rename(runId: string, name: string): Promise<void>;
  /** Forgets a run and its ensembles. */
  remove(runId: string): Promise<void>;
  /** The user's own, newest first. One whose run still goes grows, member by member. */
  ensembles(): readonly OwnEnsemble[];
  /** Projectors of an own ensemble, in the order of its members. @throws InputError where there is no such ensemble. */
  weights(ensembleId: string): Promise<ProjectorWeights[]>;
  /** Takes in an ensemble from a file. @throws InputError where its projectors do not fit each other. */
  addEnsemble(ensemble: NewEnsemble): Promise<OwnEnsemble>;
  /** Says between which spaces an imported ensemble projects. @throws InputError on one that is not imported. */
  mapEnsemble(ensembleId: string, ends: { source: string; target: string }): Promise<void>;
  renameEnsemble(ensembleId: string, name: string): Promise<void>;
  removeEnsemble(ensembleId: string): Promise<void>;
  /** Newest first. */
  experiments(): readonly Experiment[];
  /** Puts an experiment in line and returns its id. @throws InputError */
  startExperiment(request: ExperimentRequest): Promise<string>;
  /** Stops it; trainings that are over are kept. */
  cancelExperiment(id: string): Promise<void>;
  removeExperiment(id: string): Promise<void>;
  dispose(): void;
}
