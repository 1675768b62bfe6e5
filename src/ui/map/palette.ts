/** Colours of the marks. Base, expert and mix are given by the looks; here are the tones and the categories. */
import type { Modality } from '../../base/modality.ts';
import type { MapItem } from './types.ts';

export type Theme = 'light' | 'dark';

/** Colours that the canvas takes from the page. */
export interface Ink {
  text: string;
  muted: string;
  surface: string;
}

/**
 * One hue in three tones: the shape says the modality, the tone only lets the few sounds stand out of the many texts.
 * Shares of the look's colour in the surface.
 */
const TONES: Readonly<Record<Modality, { fill: number; edge: number }>> = {
  text: { fill: 26, edge: 78 },
  image: { fill: 62, edge: 100 },
  audio: { fill: 100, edge: 100 },
};

export function modalityTone(modality: Modality, color: string, ink: Ink): { fill: string; edge: string } {
  const { fill, edge } = TONES[modality];
  return {
    fill: `color-mix(in oklab, ${color} ${fill}%, ${ink.surface})`,
    // Towards the text colour, so that an edge parts from its neighbours in both themes.
    edge:
      edge === 100
        ? `color-mix(in oklab, ${color} 78%, ${ink.text})`
        : `color-mix(in oklab, ${color} ${edge}%, ${ink.surface})`,
  };
}

/** The categories of the items, most frequent first; a tie in the order of the alphabet. */
export function listCategories(items: readonly MapItem[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { category } of items) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/**
 * A colour per category: hues a golden angle apart, in turn of two lightnesses, so that neighbours in the legend never look
 * alike; the names stand beside them, and pointing at a name shows its items alone.
 */
export function categoryColors(names: readonly string[], theme: Theme): Map<string, string> {
  const lightness = theme === 'dark' ? [0.78, 0.66] : [0.6, 0.47];
  return new Map(
    names.map((name, at) => [
      name,
      `oklch(${lightness[at % 2]!} 0.15 ${Math.round((25 + at * 137.508) % 360)})`,
    ]),
  );
}
