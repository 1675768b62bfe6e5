/** What an experiment on pseudo-pair quality says: R@1 against its axis, with mean and interval over the repeats. Pure. */
import type { DamageAxis, Experiment, ExperimentPoint, TrainRequest } from '../../engine/training/types.ts';
import { MEAN } from './trainFigures.ts';

export type ExperimentHalf = 'validation' | 'test';

/** The trainings at one value of the axis. */
export interface SeriesPoint {
  value: number;
  /** R@1 of each repeat. */
  repeats: number[];
  mean: number;
  /** 95% interval of the mean over seeds, within [0, 1]; undefined of a single training. */
  interval: { low: number; high: number } | undefined;
}

/** Two-sided 95% quantiles of Student's t with 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, table 1.3.6.7.2). */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const T_95_LARGE = 1.96;

/**
 * mean +- t s / sqrt(n) of independent trainings, t of n - 1 degrees of freedom at 95%; undefined below two. It says how far
 * another few seeds may lie, not another collection.
 */
export function meanInterval(values: readonly number[]): { low: number; high: number } | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const reach = (T_95[n - 2] ?? T_95_LARGE) * Math.sqrt(variance / n);
  return { low: mean - reach, high: mean + reach };
}

/** R@1 of one training in one direction, or the mean of all (MEAN). */
export function trialRecall(
  { recall }: ExperimentPoint,
  direction: string,
  half: ExperimentHalf,
): number | undefined {
  if (direction !== MEAN) return recall[direction]?.[half];
  const values = Object.values(recall).map((one) => one[half]);
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}

/** Directions that an experiment was measured in. */
export function experimentDirections({ points }: Pick<Experiment, 'points'>): string[] {
  return [...new Set(points.flatMap(({ recall }) => Object.keys(recall)))];
}

/** The curve of an experiment so far, by ascending value. */
export function experimentSeries(
  { points }: Pick<Experiment, 'points'>,
  direction: string,
  half: ExperimentHalf,
): SeriesPoint[] {
  const values = [...new Set(points.map(({ value }) => value))].sort((a, b) => a - b);
  return values.flatMap((value) => {
    const repeats = points
      .filter((point) => point.value === value)
      .flatMap((point) => trialRecall(point, direction, half) ?? []);
    if (repeats.length === 0) return [];
    const mean = repeats.reduce((sum, one) => sum + one, 0) / repeats.length;
    const interval = meanInterval(repeats);
    return [
      {
        value,
        repeats,
        mean,
        interval: interval && { low: Math.max(0, interval.low), high: Math.min(1, interval.high) },
      },
    ];
  });
}

/** What is asked along each axis. */
export const AXES: Record<
  DamageAxis,
  { name: string; label: string; about: string; values: readonly number[]; whole: number }
> = {
  corrupt: {
    name: 'Spoil pairs',
    label: 'Share of pairs with random partners',
    about: 'A share of the pairs gets partners drawn at random: how many wrong pairs does the method bear?',
    values: [0, 0.1, 0.25, 0.5, 0.75, 1],
    whole: 0,
  },
  keep: {
    name: 'Shrink the pool',
    label: 'Share of the pool that is used',
    about: 'Fewer unpaired items: nearest partners lie further away, and there are fewer of them.',
    values: [0.02, 0.05, 0.1, 0.25, 0.5, 1],
    whole: 1,
  },
  topics: {
    name: 'Narrow its topics',
    label: 'Share of the pool’s topics that are used',
    about: 'Items of a few topics alone (clusters by embedding): does it carry over to what was never seen?',
    values: [0.05, 0.1, 0.25, 0.5, 1],
    whole: 1,
  },
};

/** In one sentence what the curve says: the undamaged end against the most damaged one. */
export function experimentWords(series: readonly SeriesPoint[], axis: DamageAxis): string | undefined {
  const whole = series.find(({ value }) => value === AXES[axis].whole);
  const worst = axis === 'corrupt' ? series.at(-1) : series[0];
  if (!whole || !worst || worst === whole) return undefined;
  const change = worst.mean - whole.mean;
  const way =
    Math.abs(change) < 0.0005 ? 'the same' : `${Math.abs(change).toFixed(3)} ${change < 0 ? 'less' : 'more'}`;
  return `R@1 ${whole.mean.toFixed(3)} with the whole, ${worst.mean.toFixed(3)} at ${percentWords(worst.value)}: ${way}.`;
}

/** "25 %", "2.5 %" */
export function percentWords(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** "0, 10, 25": shares as they are typed, in per cent. */
export function shareWords(shares: readonly number[]): string {
  return shares.map((share) => Number((100 * share).toPrecision(6))).join(', ');
}

/** Shares typed in per cent, ascending, or what is wrong with them. */
export function readShares(
  text: string,
  axis: DamageAxis,
): { values: number[]; problem: string | undefined } {
  const parts = text.split(/[,;\s]+/).filter((part) => part !== '');
  const shares = parts.map((part) => Number(part.replace(/%$/, '')) / 100);
  const odd = parts.find((_, i) => {
    const share = shares[i]!;
    return !(share >= 0 && share <= 1) || (axis !== 'corrupt' && share === 0);
  });
  const values = [...new Set(shares)].sort((a, b) => a - b);
  if (odd !== undefined) {
    return {
      values: [],
      problem: `“${odd}” is no share from ${axis === 'corrupt' ? '0' : 'above 0'} to 100 %.`,
    };
  }
  if (values.length < 2) return { values, problem: 'Two values at least: a curve needs them.' };
  if (values.length > MAX_VALUES) return { values, problem: `${MAX_VALUES} values at most.` };
  return { values, problem: undefined };
}

const MAX_VALUES = 50;

/** What an experiment trains: the form with one member and few steps; the warm-up takes no more than a tenth of them. */
export function quickRequest(form: TrainRequest, member: string, steps: number): TrainRequest {
  const { name: _, ...rest } = form;
  const warmUp = Math.min(form.settings.warmUp, Math.floor(steps / 10) || 0);
  return { ...rest, members: [member], settings: { ...form.settings, steps, warmUp } };
}
