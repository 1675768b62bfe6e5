/** What the page "This device" shows: rows by group, each device a bar of it; pure. */
import type { BenchRecord } from '../../../engine/bench/records.ts';
import { GROUPS, isCost, type GroupId, type MeasuredRow } from '../../../engine/bench/rows.ts';
import type { Table } from '../../../state/tables.ts';

export interface DeviceBar {
  device: string;
  /** True of the device that the page runs on. */
  own: boolean;
  row: MeasuredRow;
  /** Length in [0, 1]: the longest bar of its row is 1. */
  length: number;
  /** This device's figure over the recorded one's: 0.8 is "0.8x of". Undefined of this device itself, or before it is measured. */
  ofRecord?: number;
}

export interface DeviceRow {
  id: string;
  what: string;
  kind: MeasuredRow['kind'];
  /** "640 times as fast as “…”": against the rival or yardstick of the same run. */
  against: string | undefined;
  /** It takes less time than what it is held against. */
  faster: boolean;
  bars: DeviceBar[];
}

export interface DeviceGroup {
  id: GroupId;
  title: string;
  rows: DeviceRow[];
}

export const OWN_NAME = 'this device';

/** Three digits: 0.839, 15.2, 1,294. */
export function toFigure(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A median or percentile of a row with its unit; long times in seconds: "0.839 ms", "316 s". */
export function toWords({ unit }: MeasuredRow, value: number): string {
  return unit === 'ms' && value >= 10_000 ? `${toFigure(value / 1000)} s` : `${toFigure(value)} ${unit}`;
}

/** A ratio in two digits: 0.83, 1.2, 640. */
export function toRatio(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 1 ? 1 : 2);
}

/** A row's ratio in words. */
export function againstWords(row: MeasuredRow): string | undefined {
  if (!row.ratio) return undefined;
  const { to, value } = row.ratio;
  if (isCost(row)) return `${toRatio(1 / value)}× as fast as “${to}”`;
  return `${Math.round(100 * value)}% of “${to}”`;
}

/** Rows that this device or a record has, in the order of the groups and of the measurement; empty groups are left out. */
export function deviceGroups(
  measured: readonly MeasuredRow[],
  records: readonly BenchRecord[],
): DeviceGroup[] {
  const devices = [
    { name: OWN_NAME, own: true, rows: measured },
    ...records.map(({ name, rows }) => ({ name, own: false, rows })),
  ];
  const all = devices.flatMap(({ rows }) => rows);
  return GROUPS.map(({ id: group, title }) => {
    const ids = [...new Set(all.filter((row) => row.group === group).map(({ id }) => id))];
    return { id: group, title, rows: ids.map((id) => deviceRow(id, devices)) };
  }).filter(({ rows }) => rows.length > 0);
}

function deviceRow(
  id: string,
  devices: readonly { name: string; own: boolean; rows: readonly MeasuredRow[] }[],
): DeviceRow {
  const found = devices.flatMap(({ name, own, rows }) => {
    const row = rows.find((one) => one.id === id);
    return row ? [{ device: name, own, row }] : [];
  });
  const longest = Math.max(...found.map(({ row }) => row.median));
  const mine = found.find(({ own }) => own)?.row;
  const { row: first } = found[0]!;
  const told = mine ?? first;
  return {
    id,
    what: first.what,
    kind: first.kind,
    against: againstWords(told),
    faster: isCost(told) && told.ratio !== undefined && told.ratio.value < 1,
    bars: found.map((one) => ({
      ...one,
      length: longest > 0 ? one.row.median / longest : 0,
      ...(mine && !one.own ? { ofRecord: mine.median / one.row.median } : {}),
    })),
  };
}

/** The page's rows as a table, one a measurement; a device's column is null where it lacks the row. */
export function deviceTable(
  measured: readonly MeasuredRow[],
  records: readonly BenchRecord[],
  notes: readonly string[] = [],
): Table {
  const groups = deviceGroups(measured, records);
  return {
    name: 'bench',
    title: 'This device and recorded ones',
    columns: [
      { key: 'group', label: 'topic' },
      { key: 'what', label: 'work' },
      { key: 'kind', label: 'kind' },
      { key: 'unit', label: 'unit' },
      { key: 'median', label: `${OWN_NAME}, median` },
      { key: 'p95', label: `${OWN_NAME}, 95th percentile` },
      { key: 'n', label: `${OWN_NAME}, timings` },
      { key: 'ratio', label: `${OWN_NAME}, ratio` },
      { key: 'ratioTo', label: 'ratio to' },
      ...records.map(({ name }, i) => ({ key: `record${i}`, label: `${name}, median` })),
    ],
    rows: groups.flatMap(({ title, rows }) =>
      rows.map(({ id, what, kind, bars }) => {
        const own = bars.find((bar) => bar.own)?.row;
        return {
          group: title,
          what,
          kind,
          unit: bars[0]!.row.unit,
          median: own?.median ?? null,
          p95: own?.p95 ?? null,
          n: own?.n ?? null,
          ratio: own?.ratio?.value ?? null,
          ratioTo: (own ?? bars[0]!.row).ratio?.to ?? null,
          ...Object.fromEntries(
            records.map((record, i) => [
              `record${i}`,
              record.rows.find((row) => row.id === id)?.median ?? null,
            ]),
          ),
        };
      }),
    ),
    notes: [
      ...records.map(({ name, browser, date }) => `${name}: ${browser}, ${date}.`),
      'Components are made up and seeded; ratios are within one run on one device.',
      ...notes,
    ],
  };
}
