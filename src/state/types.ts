import type { Direction, Modality } from '../base/modality.ts';
import type { MapLayout, MapProgress, MapSliceId } from '../engine/maps/types.ts';
import type { DeviceReport, LabEngine, MetricsByDirection, OwnInput } from '../engine/types.ts';
import type { Factors } from '../recipe/types.ts';

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
  /** Something went wrong outside any panel of its own. */
  notice: string | undefined;
}

export interface Actions {
  /** The first ranking, the metrics, and members that an address switched off. */
  open: () => void;
  /** Takes over another address: what it leaves out goes back to its default. */
  restore: (settings: Partial<Settings>) => void;
  setFactor: (bondId: string, modality: Modality, factor: number) => void;
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
  /** The first k rows of the current ranking. */
  top: (k: number) => Promise<RankedRow[]>;
  play: (index: number) => void;
  set: (settings: Partial<Pick<Settings, 'mapSlice' | 'mapColor' | 'mapPairs' | 'presenter'>>) => void;
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

export const directionOf = (query: Modality, gallery: Modality): Direction => `${query}>${gallery}`;
