/** Tables as files: CSV holds the figures alone, JSON also where they come from and at which setting. */
import { InputError } from '../../base/errors.ts';
import type { MemoryState } from '../../engine/heldPlanes.ts';
import type { Backend } from '../../engine/types.ts';
import { writeCsv } from '../../formats/csv.ts';
import { factorsOf, recipeOf } from '../selectors.ts';
import type { Table, TableSetting } from '../tables.ts';
import type { LabState } from '../types.ts';

export type TableFormat = 'csv' | 'json';

/** The setting that figures were counted at. */
export interface ExportedSettings extends Required<TableSetting> {
  collection: { id: string; version: string };
  task: string;
  versus: string;
  /** Where scores are made, in which precision, and of how many queries a task, where it is a sample. */
  scoring: { backend: Backend; planes: MemoryState['planes']; sampleQueries: number | null };
}

/** The setting of a table, which is the lab's where it does not say otherwise. */
export function exportedSettings(state: LabState, table?: Pick<Table, 'setting'>): ExportedSettings {
  const { id, name, formula, bonds } = recipeOf(state);
  const { manifest } = state.engine;
  const { scoring, memory } = state.engine.device();
  const members = bonds.map((bond): [string, string[]] => [
    bond.id,
    bond.members.filter((_, i) => state.masks[bond.id]?.[i] ?? true),
  ]);
  return {
    collection: { id: manifest.id, version: manifest.version },
    recipe: { id, name, formula },
    factors: factorsOf(state),
    members: Object.fromEntries(members),
    task: state.task,
    versus: state.versus,
    metric: state.metric,
    half: state.half,
    scoring: { backend: scoring, planes: memory.planes, sampleQueries: memory.sampleQueries ?? null },
    ...table?.setting,
  };
}

/**
 * A table's text. CSV: the columns' labels, then one line a row, numbers unrounded, nothing where there is none; its notes stand
 * in the JSON: { bondlab (version), table, title, columns, rows, notes, settings }.
 * @throws InputError on another format.
 */
export function tableText(table: Table, format: TableFormat, state: LabState, version: string): string {
  if (format === 'csv') return writeCsv(table.columns, table.rows);
  if (format !== 'json') throw new InputError(`There is no format "${String(format)}"; there are csv, json.`);
  const { name, title, columns, rows, notes = [] } = table;
  const settings = exportedSettings(state, table);
  return `${JSON.stringify({ bondlab: version, table: name, title, columns, rows, notes, settings }, null, 2)}\n`;
}
