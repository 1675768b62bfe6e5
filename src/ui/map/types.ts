import type { Modality } from '../../base/modality.ts';
import type { MapFigures, MapProgress, MapSliceId } from '../../engine/maps/types.ts';

/** What the map shows of an item. Its index in `items` is its row in every slice's coordinates. */
export interface MapItem {
  id: string;
  modality: Modality;
  caption: string;
  /** The thing it is of: "church-bell". */
  group: string;
  /** Broad kind for colouring: animals, weather, faces, ... */
  category: string;
  /** Index of its tile in the atlas (pictures only). */
  tile?: number;
}

/** The picture atlas: square tiles, row by row. */
export interface MapAtlas {
  url: string;
  tilePx: number;
  columns: number;
}

/** One status per slice; `coordinates` is [nItems, 2], NaN where the slice does not know the item. */
export type MapSliceState =
  | { status: 'idle' }
  /** While a slice is re-laid its last picture stays. */
  | { status: 'loading'; progress: MapProgress; coordinates?: Float32Array }
  | { status: 'ready'; coordinates: Float32Array }
  | { status: 'failed'; message: string; coordinates?: Float32Array }
  /** The slice has nothing to show, and why ("PicText has no ears: ..."). */
  | { status: 'absent'; reason: string };

/** Name and colour of a slice, as on the sliders: base indigo, expert amber, current between. */
export interface MapSliceLook {
  /** "Unified", "Current (0.42)", "Foley" */
  name: string;
  /** CSS colour, opaque. */
  color: string;
  /** A sentence when some items have no place here, for example "Foley knows no pictures: 600 are not shown." */
  note?: string;
}

/** Something of the user's own, placed beside its neighbours; one position per slice that can place it. */
export interface MapOwnPoint {
  modality: Modality;
  caption: string;
  /** x, y in the frame of the coordinates. */
  positions: Partial<Record<MapSliceId, readonly [x: number, y: number]>>;
}

export type MapColorMode = 'modality' | 'category';
export type MapPairMode = 'none' | 'query' | 'all';

/** Everything MapPanel needs; it reads no store. Callbacks should be stable (useCallback). */
export interface MapPanelProps {
  items: readonly MapItem[];
  atlas: MapAtlas;
  slices: Record<MapSliceId, MapSliceState>;
  looks: Record<MapSliceId, MapSliceLook>;
  figures?: MapFigures | undefined;
  /** Id of the query item; undefined when the query is the user's own or there is none. */
  queryId?: string | undefined;
  /** Ids of the right answers to the query. */
  rightIds: readonly string[];
  /** [nPairs, 2] item indices that belong together, drawn on demand. */
  pairs: Uint32Array;
  ownPoint?: MapOwnPoint | undefined;
  /** The slices that can be chosen; of one alone there is no choice. */
  sliceIds: readonly MapSliceId[];
  /** The slice that fills the panel. */
  slice: MapSliceId;
  onSlice: (slice: MapSliceId) => void;
  colorMode: MapColorMode;
  onColorMode: (mode: MapColorMode) => void;
  pairMode: MapPairMode;
  onPairMode: (mode: MapPairMode) => void;
  /** An item was chosen (click, Enter): make it the query. */
  onPick: (id: string) => void;
  /** A sound was clicked or entered: play it. Called before onPick. */
  onPlay: (id: string) => void;
  /** Present while a layout may be cancelled. */
  onCancel?: (() => void) | undefined;
  /** Lays the map (again) after a failure or a cancel. */
  onRetry?: (() => void) | undefined;
  /** Id of the sound that plays now: its point pulses. */
  playingId?: string | undefined;
  theme: 'light' | 'dark';
  reducedMotion: boolean;
}
