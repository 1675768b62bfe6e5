/** What the microscope finds between spaces: conflicts of experts, and what a bond keeps and loses. */
import type { Modality } from '../../base/modality.ts';
import type { Interval } from '../../math/bootstrap.ts';
import type { ConflictParts } from '../../math/conflict.ts';
import type { Recipe } from '../../recipe/types.ts';
import type { TaskId } from '../../world/types.ts';
import type { NamedSetting } from './types.ts';

// Conflicts

export interface ConflictRequest {
  /** Ids of the two expert spaces. */
  experts: readonly [string, string];
  /** Ids of the ensembles that project them, and of the space that both are projected into. */
  ensembles: readonly [string, string];
  target: string;
  /** Neighbours of an item; 10 where it is left out. */
  k?: number;
  /** Items that are compared at a time, a seeded sample beyond it; 1,200 where it is left out. */
  maxItems?: number;
  /** Items that are shown; 8 where it is left out. */
  nExamples?: number;
}

/** An item on which the two experts disagree. Indices are in the collection's list of its modality. */
export interface ConflictExample {
  index: number;
  /** The nearest items in each expert's own space, nearest first, [k]. */
  neighbours: readonly [number[], number[]];
  /** Share of them that is the same. */
  shared: number;
  rankCorrelation: number;
  /** Cosine of the two projections. */
  cosine: number;
  /** In [0, 1]: see disagreements in math/conflict.ts. */
  disagreement: number;
}

/** The conflict on the items of one shared modality; see math/conflict.ts for the formulas. */
export interface ModalityConflict {
  modality: Modality;
  /** Of texts: those that describe what both experts know. All texts where it is undefined. */
  texts: 'sound' | 'picture' | undefined;
  nItems: number;
  k: number;
  /** Share of k neighbours that both experts give, and of a random order. */
  neighboursShared: Interval;
  neighboursByChance: number;
  /** Spearman correlation of an item's similarities to all others, mean over the items. */
  rankCorrelation: Interval;
  /** Mean cosine of the two projections of an item, and of different items. */
  projectedCosine: Interval;
  shuffledCosine: number;
  /** What the score is made of, each in [0, 1]. */
  parts: ConflictParts;
  /** 0: what they disagree on is scatter, which averaging takes away; 1: all of it is systematic. */
  score: Interval;
  /** Worst first. */
  examples: ConflictExample[];
}

/** What averaging did to R@1 on the validation half, at the projected end: the score's prediction, looked up. */
export interface MeasuredHarm {
  task: TaskId;
  nQueries: number;
  /** R@1 with the projections of either expert alone, and of both pooled in one mixture. */
  alone: readonly [number, number];
  both: number;
  /** both - the better one alone, with its paired 95% interval over independent groups. */
  change: Interval;
}

export interface ConflictReport {
  experts: readonly [string, string];
  modalities: ModalityConflict[];
  /** The largest of their scores; NaN where the experts share no modality. */
  score: number;
  /** From here on the warning is given. */
  threshold: number;
  /** In words, where parallel integration is likely to hurt. */
  warning: string | undefined;
  measured: MeasuredHarm[];
}

// What a bond keeps

export interface KeepsRequest {
  /** Shown side by side: a displacement beside a combination. */
  bonds: readonly {
    recipe: Recipe;
    bondId: string;
    /** Where the fused vectors are looked at; left out, only the projection is. */
    setting?: NamedSetting;
  }[];
  /** Neighbours of an item; 10 where it is left out. */
  k?: number;
  /** As ConflictRequest.maxItems. */
  maxItems?: number;
}

/** A figure before and after, and after - before with its 95% interval over independent groups. */
export interface BeforeAfter {
  before: number;
  after: number;
  change: Interval;
}

/** What becomes of the items between two spaces, item by item the same. */
export interface SpaceChange {
  /** Ids of the spaces that the vectors lie in. */
  from: string;
  to: string;
  modalities: {
    modality: Modality;
    nItems: number;
    /** Share of the k nearest items of the same modality that stay. */
    neighboursKept: Interval;
    /** Lower is more evenly spread over the sphere. */
    uniformity: BeforeAfter;
  }[];
  pairs: {
    a: Modality;
    b: Modality;
    nPairs: number;
    /** Distance of the centroids; of texts, those alone that describe the other modality. */
    gap: BeforeAfter;
    /** Mean squared distance of right pairs; lower is closer. */
    alignment: BeforeAfter;
  }[];
}

export interface BondChange {
  recipeId: string;
  bondId: string;
  kind: 'combination' | 'displacement';
  /** Of each space that is projected: its own vectors against their projection. */
  projections: SpaceChange[];
  /** The recipe's base by itself against the fused vectors at the setting. */
  fused: SpaceChange | undefined;
}

export interface KeepsReport {
  k: number;
  bonds: BondChange[];
}
