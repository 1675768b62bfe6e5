/** The measured world: what `npm run world` writes to public/world/figures.json and curves.json, and the page reads. */
import type { Direction } from '../base/modality.ts';
import type { Interval } from '../math/bootstrap.ts';
import type { TaskMetrics } from '../math/metrics.ts';

/** Figures of the directions that a space or recipe serves. */
export type FiguresByDirection = Partial<Record<Direction, TaskMetrics>>;

/** An interior setting against both ends, R@1 on the half that did not choose it. */
export interface InteriorGain {
  direction: Direction;
  /** Chosen on the validation half among a grid of steps of 0.1. */
  factors: { text: number; audio: number };
  /** On the test half, as the differences from both ends. */
  R1: number;
  overBase: Interval;
  overExpert: Interval;
}

/** R@1 where the projected vectors stand alone: all members of a mixture together, and each by itself. */
export interface MemberFigures {
  direction: Direction;
  all: number;
  /** By the member's name ("mix", "A", ...). */
  single: Record<string, number>;
}

/** Real recordings named by text prompt. */
export interface RecordingFigures {
  /** Share named right, with its interval over source recordings. */
  accuracy: Interval;
  nRecordings: number;
}

/** Share of true pairs among pseudo-pairs, in [0, 1]: by the modality they start from ("A", "T", "V"), then by pair ("text-audio"). */
export type PseudoPairShares = Record<string, Record<string, number>>;

/** How the vectors retrieve, and what the aims of the world are held against. */
export interface WorldReport {
  /** In each space of its own, by its id. */
  spaces: Record<string, FiguresByDirection>;
  /** By recipe, then by the name of the preset. */
  recipes: Record<string, Record<string, FiguresByDirection>>;
  /** By bond of one ensemble of seven, at the end of its recipe where only projected vectors of the bond's source stand. */
  members: Record<string, MemberFigures[]>;
  /** One for each direction of the combination. */
  interior: InteriorGain[];
  /** Sounds of the unseen fold of ESC-10 named by text prompt in Foley; null where the world was built without them. */
  esc10: RecordingFigures | null;
  /** By ensemble. */
  pseudoPairs: Record<string, PseudoPairShares>;
}

/** A committed model against its fp32 twin on real items. */
export interface QuantizationFigures {
  /** "unified/text" or the id of an ensemble. */
  model: string;
  precision: 'q8' | 'q4';
  nItems: number;
  /** Cosine with the fp32 embedding after the mean embedding is subtracted from both; mean over items. */
  centredCosine: number;
  /** Share of the ten nearest items (among exact embeddings) that the rounded embedding finds too. */
  topTenOverlap: number;
  bytes: number;
}

/** How far a few plain numbers of a sound already name its concept, without any encoder. */
export interface SoundReport {
  /** Names of the numbers. */
  numbers: readonly string[];
  /** Accuracy of naming the unheard test clips of the trained concepts; top-1 and top-5. */
  nearestNeighbours: { top1: number; top5: number };
  nearestMean: { top1: number; top5: number };
  /** Top-1 accuracy of a guess. */
  chance: number;
  nConcepts: number;
  nTrain: number;
  nTest: number;
}

/** The settings of training that every space shares. */
export interface TrainingSettings {
  seed: number;
  nSteps: number;
  /** Items of each modality in a step. */
  batch: number;
  peakRate: number;
  nWarmUp: number;
  weightDecay: number;
}

/** public/world/figures.json */
export interface WorldFigures extends WorldReport {
  seed: number;
  /** Arithmetic of the measured vectors. */
  precision: 'fp32';
  training: TrainingSettings;
  /** Concepts whose sounds Foley never heard in training. */
  leftOutOfFoley: readonly string[];
  /** Concepts whose sounds Tone heard. */
  heardByTone: readonly string[];
  /** How Unified's ears were tuned to those of Unified†. */
  dagger: TrainingSettings;
  quantization: QuantizationFigures[];
  soundReport: SoundReport;
}

/** A point of a learning curve: the mean loss of the steps since the point before. */
export interface CurvePoint {
  /** Steps done, from 1. */
  step: number;
  /** Symmetric InfoNCE in nats, mean over the pairs of modalities that the space learns from. */
  loss: number;
  learningRate: number;
  /** Since the start of training. */
  seconds: number;
}

/** public/world/curves.json: by space, of those that were trained. */
export type WorldCurves = Record<string, CurvePoint[]>;
