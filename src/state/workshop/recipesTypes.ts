/** What the bench of recipes counts: several recipes side by side, and a bond along its sliders. */
import type { LabEngine, StudyOptions, StudyResult } from '../../engine/types.ts';
import type { Factors } from '../../recipe/types.ts';
import type { TaskId } from '../../world/types.ts';
import type { Measuring } from './microscopeTypes.ts';

/** A setting under which every recipe of a comparison is counted. */
export interface Place {
  name: string;
  /** One sentence for a hint. */
  about: string;
}

/** A recipe as it was counted. */
export interface ComparedRecipe {
  recipeId: string;
  name: string;
  formula: string;
  nProjectors: number;
  /** Projectors that were switched off, "Foley T"; none where all were on. */
  off: string[];
  /** Names of those that were on, by bond. */
  members: Record<string, string[]>;
  /** One a place. */
  settings: { name: string; factors: Factors }[];
  /** Setting k is place k. */
  result: StudyResult;
  /** Of a place that was chosen: among how many settings. */
  nTried?: number;
}

/** Recipes side by side; the first is what the others are set against. */
export interface Comparison {
  places: Place[];
  /** Position of the place whose changes are shown. */
  told: number;
  recipes: ComparedRecipe[];
  /** What could not be counted, and how settings were chosen. */
  notes: string[];
}

/** A bond along its sliders, all moved together, with the paper's settings and the ends in spaces of their own. */
export interface SweepStudy {
  recipeId: string;
  tasks: readonly TaskId[];
  /** Values of all sliders, ascending from 0 to 1: settings 0 .. values.length - 1. */
  values: readonly number[];
  /** Further settings, after the sweep's. */
  named: { name: string; factors: Factors }[];
  result: StudyResult;
  /** By space id, nothing bound. */
  spaces: Readonly<Record<string, StudyResult>>;
  base: string;
  expert: string;
  /** Projectors that were switched off and on, as in ComparedRecipe. */
  off: string[];
  members: Record<string, string[]>;
}

export interface RecipeAnswers {
  compare: Comparison;
  integration: Comparison;
  displacement: SweepStudy;
  combination: SweepStudy;
}
export type RecipeQuestion = keyof RecipeAnswers;

export type CountJob<T> = (engine: LabEngine, options: Required<StudyOptions>) => Promise<T>;

/** The faces of the bench. */
export type RecipesFace = 'build' | 'recipes' | 'experiments';

export interface RecipesLook {
  face: RecipesFace;
  /** Ids of the recipes that are compared, the one that others are set against first. */
  compared: readonly string[];
  /** By recipe: the preset it is compared at, or "current"; what is left out stands at its default (settingFor). */
  settings: Readonly<Record<string, string>>;
}

export interface RecipesSession {
  look: RecipesLook;
  answers: { readonly [Q in RecipeQuestion]?: Measuring<RecipeAnswers[Q]> };
}

export const OPEN_RECIPES: RecipesSession = {
  look: { face: 'build', compared: [], settings: {} },
  answers: {},
};

/** Counts recipes, in turn; figures that are there stay until they are counted anew. */
export interface RecipesActions {
  lookAtRecipes: (part: Partial<RecipesLook>) => void;
  countRecipes: <Q extends RecipeQuestion>(question: Q, job: CountJob<RecipeAnswers[Q]>) => void;
  cancelRecipes: (question: RecipeQuestion) => void;
}
