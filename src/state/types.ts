import type { Direction, Modality } from '../base/modality.ts';
import type { PlaneSettings } from '../engine/heldPlanes.ts';
import type { MapLayout, MapProgress, MapSliceId } from '../engine/maps/types.ts';
import type { OwnRecipe } from '../engine/library.ts';
import type { Experiment, RunProgress, RunRecord, TrainRequest } from '../engine/training/types.ts';
import type { DeviceReport, LabEngine, MetricsByDirection, OwnInput, StudyResult } from '../engine/types.ts';
import type { MetricId } from '../math/answers.ts';
import type { Slider } from '../recipe/sliders.ts';
import type { RecipeDraft } from '../recipe/build.ts';
import type { Ensemble, Factors, Recipe, Space } from '../recipe/types.ts';
import type { ClassTaskId, CollectionManifest, Half, TaskId } from '../world/types.ts';
import type { PinnedRank, RankingModel } from './rankingModel.ts';
import type { DataActions, DataSession, DataTab } from './data/types.ts';
import type { Importing } from './workshop/importing.ts';
import type { MicroscopeActions, MicroscopeSession } from './workshop/microscopeTypes.ts';
import type { RecipesActions, RecipesSession } from './workshop/recipesTypes.ts';

/** What is asked: an item of the collection, or something of the user's own. */
export type Query =
  | { kind: 'item'; modality: Modality; index: number }
  /** `url` shows an own picture; `key` tells two own queries apart. */
  | {
      kind: 'own';
      key: number;
      modality: Modality;
      label: string;
      url?: string;
      encodeMs: number;
    };

export interface RankedRow {
  /** Item index in the gallery's modality. */
  index: number;
  id: string;
  score: number;
  /** From 1. */
  rank: number;
  right: boolean;
}

/** One ranking of the gallery. `right` lists every right answer, best first. */
export type Column =
  { kind: 'ranked'; rows: RankedRow[]; right: RankedRow[] } | { kind: 'absent'; reason: string };

export interface Ranking {
  base: Column;
  current: Column;
  /** In the expert's own space. */
  expert: Column;
  nGallery: number;
  /** The followed items of this gallery, in the order they were pinned. */
  pinned: PinnedRank[];
}

export type Status<T> =
  | { status: 'idle' }
  | { status: 'loading'; words: string }
  | { status: 'ready'; value: T }
  | { status: 'failed'; message: string };

/** All-query metrics: at the base end, at the current factors, and in the expert's own space. */
export interface Evidence {
  base?: MetricsByDirection;
  current?: MetricsByDirection;
  expert?: MetricsByDirection;
  /** The factors that `current` belongs to. */
  factors?: Factors;
  /** Why the last count failed; gone with the next one that does not. */
  message?: string | undefined;
}

export type MapStatus =
  | { status: 'idle' }
  | { status: 'working'; progress: MapProgress; last?: MapLayout }
  /** `setting` names the factors and members that were laid (settingOf). */
  | { status: 'ready'; layout: MapLayout; setting: string; recipeId: string }
  | { status: 'failed'; message: string; last?: MapLayout };

export type OwnStatus =
  { status: 'idle' } | { status: 'working'; words: string } | { status: 'failed'; message: string };

/** The faces of the page: one query and its rankings; all queries and what they say; bonds, made and opened up; what it is all made of. */
export const VIEWS = ['lab', 'evidence', 'workshop', 'data'] as const;
export type View = (typeof VIEWS)[number];
export const PANELS = [
  'tasks',
  'landscape',
  'tradeoff',
  'queries',
  'compare',
  'shift',
  'paper',
  'device',
] as const;
export type PanelId = (typeof PANELS)[number];
/** The benches of the workshop. */
export const BENCHES = ['train', 'recipes', 'microscope', 'files'] as const;
export type BenchId = (typeof BENCHES)[number];

/** Every task at the ends: all sliders at the base, all at the expert, and in each space of its own. */
export interface Ends {
  recipeId: string;
  base: StudyResult;
  /** Every slider at its expert end: the projected expert of a combination. */
  expert: StudyResult;
  /** By space id: the base and every expert that the recipe binds, without any bond. */
  spaces: Record<string, StudyResult>;
}

/** Every task at each pair of two sliders' values; the other sliders as they stood. */
export interface Grid {
  recipeId: string;
  x: Slider;
  y: Slider;
  /** Values along x and y, ascending from 0 to 1. */
  xs: number[];
  ys: number[];
  /** Setting iy * xs.length + ix. */
  settings: Factors[];
  result: StudyResult;
}

/** Every direction along one slider, the others as they stood at `factors`. */
export interface Track {
  slider: Slider;
  values: number[];
  factors: Factors;
  result: StudyResult;
}

/** Every task along one slider under one condition of the collection. */
export interface ShiftLine extends Track {
  conditionId: string;
}

/** What studies of all queries have found so far; gone when the recipe or its members change. */
export interface Studies {
  ends: Status<Ends>;
  /** At the factors it names: those of now, or of a moment before during a drag. */
  current: { factors: Factors; result: StudyResult } | undefined;
  grid: Status<Grid>;
  /** By slider id; of the two tracks of a drag one is for factors of a moment before. */
  tracks: Record<string, Track>;
  /** By condition id. */
  shift: Record<string, Status<ShiftLine>>;
}

/** What the workshop shows; it stays when the page shows another face. */
export interface Workshop {
  /** Training runs, newest first, and the one under way. */
  runs: readonly RunRecord[];
  progress: RunProgress | undefined;
  experiments: readonly Experiment[];
  /** The form of the next run, as it stands. */
  form: TrainRequest;
  /** The run whose curves are shown; the newest where there is none. */
  runId: string | undefined;
  /** The recipe that is being built. */
  draft: RecipeDraft;
  /** Files that come in, and the report on the last that did. */
  importing: Importing;
}

/** A setting kept under a name. */
export interface Snapshot {
  id: string;
  name: string;
  recipeId: string;
  factors: Factors;
  /** Members switched on, of bonds with some off. */
  masks: Record<string, boolean[]>;
}

export interface PinnedItem {
  modality: Modality;
  index: number;
}

export interface Settings {
  recipeId: string;
  /** Slider positions of every recipe: going back to one finds them as they were. */
  factors: Record<string, Factors>;
  /** Mixture members switched on, by bond. */
  masks: Record<string, boolean[]>;
  query: Query;
  gallery: Modality;
  mapSlice: MapSliceId;
  mapColor: 'modality' | 'category';
  mapPairs: 'none' | 'query' | 'all';
  presenter: boolean;
  view: View;
  panel: PanelId;
  bench: BenchId;
  dataTab: DataTab;
  /** The task and the metric that tracks, landscape and lists are drawn for. */
  task: TaskId;
  /** The second task of the trade-off. */
  versus: TaskId;
  metric: MetricId;
  /** Whose figures are reported: choices are made on validation. */
  half: Half | 'all';
  /** Slider ids of the landscape's axes, by recipe; where a recipe has none, its first two. */
  axes: Record<string, { x: string; y: string }>;
  pins: PinnedItem[];
  /** Prompt templates of the classifications. */
  templates: Record<ClassTaskId, readonly string[]>;
  /** What the comparison sets side by side: "current", "preset <name>" or a snapshot's id. */
  sides: { a: string; b: string };
}

export interface Session {
  ranking: Status<Ranking>;
  evidence: Evidence;
  map: MapStatus;
  /** The factors of the picture that the map shows; a drag under way is not in it yet. */
  mapFactors: Factors | undefined;
  /** Where the own query lies in each picture of the map. */
  ownPositions: Partial<Record<MapSliceId, readonly [x: number, y: number]>> | undefined;
  own: OwnStatus;
  device: DeviceReport;
  playing: string | undefined;
  /** From moving a slider to the picture of it on screen. */
  dragMs: number | undefined;
  /** Members are being switched. */
  switching: boolean;
  studies: Studies;
  /** Kept in the browser's storage. */
  snapshots: Snapshot[];
  /** What the engine has at hand, as of its last change: everything on the page is drawn from these. */
  recipes: readonly Recipe[];
  spaces: readonly Space[];
  ensembles: readonly Ensemble[];
  ownRecipes: readonly OwnRecipe[];
  workshop: Workshop;
  microscope: MicroscopeSession;
  recipeBench: RecipesSession;
  data: DataSession;
  /** Something went wrong outside any panel of its own. */
  notice: string | undefined;
}

export interface Actions extends MicroscopeActions, RecipesActions, DataActions {
  /** The first ranking, the metrics, and members that an address switched off. */
  open: () => void;
  /** Takes over another address: what it leaves out goes back to its default. */
  restore: (settings: Partial<Settings>) => void;
  setFactor: (bondId: string, modality: Modality, factor: number) => void;
  /** Moves several sliders at once, as setFactor does one: a drag that is not over. */
  moveFactors: (factors: Factors) => void;
  /** Moves several sliders, which then rest. */
  setFactors: (factors: Factors) => void;
  /** A drag ended: the map is laid anew at the current factors. */
  releaseFactor: () => void;
  choosePreset: (name: string) => void;
  chooseRecipe: (recipeId: string) => Promise<void>;
  setMember: (bondId: string, member: number, on: boolean) => Promise<void>;
  askItem: (modality: Modality, index: number) => void;
  /** Encodes and ranks something of the user's own. */
  askOwn: (input: OwnInput, label: string) => Promise<void>;
  setGallery: (modality: Modality) => void;
  /** The prepared model of the present query and gallery under a recipe (the one in use), when it is at hand. */
  prepared: (recipeId?: string) => RankingModel | undefined;
  /** The same, prepared first where it is not. @throws InputError */
  prepareModel: (recipeId?: string) => Promise<RankingModel>;
  /** The first k rows of the current ranking. */
  top: (k: number) => Promise<RankedRow[]>;
  play: (index: number) => void;
  set: (
    settings: Partial<
      Pick<
        Settings,
        | 'mapSlice'
        | 'mapColor'
        | 'mapPairs'
        | 'presenter'
        | 'panel'
        | 'task'
        | 'versus'
        | 'metric'
        | 'half'
        | 'sides'
      >
    >,
  ) => void;
  /** Opens a face of the page, and a panel of the evidence. */
  show: (view: View, panel?: PanelId) => void;
  /** Opens a bench of the workshop. */
  showBench: (bench: BenchId) => void;
  setWorkshop: (part: Partial<Pick<Workshop, 'form' | 'runId' | 'draft' | 'importing'>>) => void;
  /** Does something that may fail; what went wrong is said, and undefined returned. */
  attempt: <T>(job: () => T | Promise<T>) => Promise<T | undefined>;
  setAxes: (axes: { x: string; y: string }) => void;
  /** Other prompts for a classification's classes, "{}" where the class goes. @throws InputError on none, or one without it. */
  setTemplates: (id: ClassTaskId, templates: readonly string[]) => void;
  /** Changes how the planes of all queries are kept, and counts anew. */
  setPlanes: (settings: PlaneSettings) => Promise<void>;
  /** Asks again for the studies that failed. */
  retryStudies: () => void;
  /** Counts the curves of a condition along the landscape's x slider, unless they are there. */
  askShift: (conditionId: string, sliderId: string) => void;
  /** Follows an item's rank, or no longer. */
  togglePin: (modality: Modality, index: number) => void;
  /** Keeps the present setting; the name is made from it where none is given. */
  keepSnapshot: (name?: string) => void;
  renameSnapshot: (id: string, name: string) => void;
  removeSnapshot: (id: string) => void;
  /** Goes to a kept setting: its recipe, members and factors. */
  useSnapshot: (id: string) => Promise<void>;
  layMap: () => void;
  cancelMap: () => void;
  dismissOwn: () => void;
  fail: (message: string | undefined) => void;
}

export interface LabState extends Settings, Session, Actions {
  readonly engine: LabEngine;
}

export const otherModalities = (modality: Modality): Modality[] =>
  (['audio', 'image', 'text'] as const).filter((other) => other !== modality);

/** What a query of this modality can be ranked against in a collection. */
export const galleriesOf = (manifest: Pick<CollectionManifest, Modality>, modality: Modality): Modality[] =>
  otherModalities(modality).filter((other) => manifest[other].length > 0);

export const directionOf = (query: Modality, gallery: Modality): Direction => `${query}>${gallery}`;
