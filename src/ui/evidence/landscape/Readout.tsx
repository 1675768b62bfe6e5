import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import type { MetricId } from '../../../math/answers.ts';
import { changeOf, type At, type HalfChoice } from '../../../state/evidence/figures.ts';
import { meanOf } from '../../../state/selectors.ts';
import type { Grid } from '../../../state/types.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { mixInk, signed } from '../../shared/mix.ts';
import { changeWords, digitsOf, figureWords, metricWords, placeWords } from './words.ts';
import styles from './Landscape.module.css';

/** A pointer that rests this long asks for an interval. */
const REST_MS = 250;

export interface ReadoutProps {
  grid: Grid;
  info: TaskInfo;
  values: Float64Array;
  base: At | undefined;
  /** The base at the half shown. */
  baseValue: number | undefined;
  baseName: string;
  metric: MetricId;
  half: HalfChoice;
  setting: number;
  /** "Now" or "Here" */
  lead: string;
}

/** One setting of the map in words: its factors, its value, its change; the interval once it is looked at for a moment. */
export function Readout(props: ReadoutProps) {
  const { grid, info, values, base, baseValue, baseName, metric, half, setting, lead } = props;
  const [rested] = useDebouncedValue(setting, REST_MS);
  const answers = grid.result[info.id]!;
  const interval = useMemo(
    () => base && changeOf(info, { answers, setting: rested }, base, metric, half),
    [answers, rested, base, info, metric, half],
  );
  const value = values[setting]!;
  const change =
    rested === setting && interval
      ? changeWords(metric, interval)
      : baseValue === undefined
        ? undefined
        : signed(value - baseValue, digitsOf(metric));
  const factors = grid.settings[setting]!;
  return (
    <p className={styles.readout}>
      <span className={styles.lead}>{lead}</span>
      <span style={{ color: mixInk(meanOf(factors)) }}>{placeWords(factors, [grid.x, grid.y])}</span>
      <span>
        <b>{figureWords(metric, value)}</b> {metricWords(info.id, metric)}
      </span>
      {change !== undefined && (
        <span className={styles.quiet}>
          {change} against {baseName}
        </span>
      )}
    </p>
  );
}
