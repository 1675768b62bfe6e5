/** What tables of figures are put together from. */
import type { Interval } from '../../math/bootstrap.ts';
import { valueAt, type Slider } from '../../recipe/sliders.ts';
import type { Factors } from '../../recipe/types.ts';
import type { Table, TableColumn } from '../tables.ts';

export type Row = Table['rows'][number];

/** A number, or null where there is none. */
export const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

export const column = (key: string, label: string): TableColumn => ({ key, label });

export function sliderColumns(sliders: readonly Slider[], before = ''): TableColumn[] {
  return sliders.map(({ id }) => column(`${before}${id}`, `${before}factor ${id}`));
}

export function sliderValues(sliders: readonly Slider[], factors: Factors | undefined, before = ''): Row {
  return Object.fromEntries(
    sliders.map((slider) => [`${before}${slider.id}`, factors ? valueAt(factors, slider) : null]),
  );
}

export const intervalColumns = (key: string, label: string): TableColumn[] => [
  column(key, label),
  column(`${key} low`, `${label}, 95% low`),
  column(`${key} high`, `${label}, 95% high`),
];
export const intervalValues = (key: string, interval: Interval | undefined): Row => ({
  [key]: known(interval?.mean),
  [`${key} low`]: known(interval?.low),
  [`${key} high`]: known(interval?.high),
});
