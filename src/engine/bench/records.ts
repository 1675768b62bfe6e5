/** Devices that were measured before, as public/bench/recorded.json keeps them. */
import { FormatError } from '../../base/errors.ts';
import { fetchJson } from '../storage/fetchFile.ts';
import { GROUPS, type MeasuredRow } from './rows.ts';

export interface BenchRecord {
  /** "2 x AMD EPYC" */
  name: string;
  /** Logical cores that the browser names. */
  nCores: number;
  /** "Chromium 156" */
  browser: string;
  /** Day of the measurement, "2026-11-25". */
  date: string;
  /** What was said about the backends. */
  note: string;
  rows: MeasuredRow[];
}

function isRow(row: unknown): boolean {
  const { id, group, what, unit, median } = row as Partial<MeasuredRow>;
  return (
    typeof id === 'string' &&
    GROUPS.some((one) => one.id === group) &&
    typeof what === 'string' &&
    typeof unit === 'string' &&
    Number.isFinite(median)
  );
}

/** Checks what a file of records holds. @throws FormatError when it is no list of records. */
export function readRecords(value: unknown): BenchRecord[] {
  const devices = (value as { devices?: unknown } | null)?.devices;
  const good =
    Array.isArray(devices) &&
    (devices as Partial<BenchRecord>[]).every(
      (record) => typeof record?.name === 'string' && Array.isArray(record.rows) && record.rows.every(isRow),
    );
  if (!good) {
    throw new FormatError(
      'The recorded devices are in another form. Record one anew: npm run bench -- --record "name".',
    );
  }
  return devices as BenchRecord[];
}

/** The recorded devices. @throws MissingFileError, FormatError. */
export async function fetchRecords(url: string): Promise<BenchRecord[]> {
  return readRecords(await fetchJson<unknown>(url));
}
