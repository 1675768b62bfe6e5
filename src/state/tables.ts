/** Tables of figures as they leave the page: one shape for the screen, CSV, JSON and scripts. */
import type { Factors } from '../recipe/types.ts';

export interface TableColumn {
  key: string;
  label: string;
}

export interface Table {
  /** "tasks", "landscape": the file's name and the name in exportTable(). */
  name: string;
  title: string;
  columns: TableColumn[];
  /** One value a column; null where there is none. Fractions in [0, 1], unrounded. */
  rows: Record<string, string | number | null>[];
  /** Where the figures come from: formula, data, seed, device, interval. */
  notes?: string[];
  /** What the figures were counted at, where it is not what the lab shows. */
  setting?: TableSetting;
}

/** A recipe and where its sliders and members stood. */
export interface TableSetting {
  recipe: { id: string; name: string; formula: string };
  factors: Factors;
  /** Names of the projectors that were switched on, by bond. */
  members: Record<string, string[]>;
  /** The metric and whose queries, where the figures are of one. */
  metric?: string;
  half?: string;
}
