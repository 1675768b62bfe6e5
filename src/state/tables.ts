/** Tables of figures as they leave the page: one shape for the screen, CSV, JSON and scripts. */

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
}
