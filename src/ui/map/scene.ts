/** What is painted, in the terms of the painter: indices, colours, groups of like marks. */
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { categoryColors, listCategories, modalityTone, type Ink, type Theme } from './palette.ts';
import type { MapColorMode, MapItem, MapPairMode } from './types.ts';

/** Marks of one shape and colour, painted in one go. */
export interface MarkGroup {
  modality: Modality;
  category: string | undefined;
  indices: number[];
}

/** What the legend points at: everything else is dimmed. */
export interface Highlight {
  modality?: Modality;
  category?: string;
}

export interface Scene {
  items: readonly MapItem[];
  groups: readonly MarkGroup[];
  colorMode: MapColorMode;
  /** Resolved colour of the slice that is shown. */
  color: string;
  theme: Theme;
  ink: Ink;
  queryIndex: number | undefined;
  rightIndices: ReadonlySet<number>;
  /** [nPairs, 2] */
  pairs: Uint32Array;
  pairMode: MapPairMode;
  own: { modality: Modality; caption: string; x: number; y: number } | undefined;
  playingIndex: number | undefined;
  highlight: Highlight | undefined;
}

/** Opacity of what the legend does not point at. */
export const DIMMED_ALPHA = 0.12;

/** Texts below, sounds on top: the many never hide the few. */
const PAINT_ORDER: readonly Modality[] = ['text', 'image', 'audio'];

/** Groups in the order of painting; by category as well where that gives the colour. */
export function groupMarks(items: readonly MapItem[], colorMode: MapColorMode): MarkGroup[] {
  const groups = new Map<string, MarkGroup>();
  for (const modality of [...PAINT_ORDER, ...MODALITIES.filter((m) => !PAINT_ORDER.includes(m))]) {
    items.forEach((item, i) => {
      if (item.modality !== modality) return;
      const category = colorMode === 'category' ? item.category : undefined;
      const key = `${modality} ${category ?? ''}`;
      const group = groups.get(key);
      if (group) group.indices.push(i);
      else groups.set(key, { modality, category, indices: [i] });
    });
  }
  return [...groups.values()];
}

/** Fill and edge of a mark; the category's colour where there is one, else a tone of the slice's colour. */
export type MarkColors = (
  modality: Modality,
  category: string | undefined,
  color: string,
) => { fill: string; edge: string };

/** A function, so that the colours of the categories are made once a scene. */
export function createMarkColors(items: readonly MapItem[], theme: Theme, ink: Ink): MarkColors {
  const byCategory = categoryColors(
    listCategories(items).map(({ name }) => name),
    theme,
  );
  return (modality, category, color) =>
    modalityTone(modality, category === undefined ? color : (byCategory.get(category) ?? ink.muted), ink);
}

export function isHighlighted(item: MapItem, highlight: Highlight | undefined): boolean {
  if (!highlight) return true;
  return (
    (highlight.modality === undefined || item.modality === highlight.modality) &&
    (highlight.category === undefined || item.category === highlight.category)
  );
}
