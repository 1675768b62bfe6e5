import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { changeOf } from '../../../state/evidence/figures.ts';
import { meanOf } from '../../../state/selectors.ts';
import { mixInk, signed } from '../../shared/mix.ts';
import { Lead, type LeadKind } from './Lead.tsx';
import type { Landscape } from './useLandscape.ts';
import { changeWords, digitsOf, figureWords, metricWords, placeWords } from './words.ts';
import styles from './Landscape.module.css';

/** A pointer that rests this long asks for an interval. */
const REST_MS = 250;

export interface ReadoutProps {
  landscape: Landscape;
  setting: number;
  lead: LeadKind;
}

/** One setting of the map in words: its factors, its value, its change; the interval once it is looked at for a moment. */
export function Readout({ landscape, setting, lead }: ReadoutProps) {
  const { grid, info, values, base, baseValue, baseName, metric, half } = landscape;
  const [rested] = useDebouncedValue(setting, REST_MS);
  const answers = grid.result[info.id]!;
  const interval = useMemo(
    () => base && changeOf(info, { answers, setting: rested }, base, metric, half),
    [answers, rested, base, info, metric, half],
  );
  const value = values[setting]!;
  const against = () => {
    if (rested === setting && interval) {
      const { low, high } = interval;
      if (low === 0 && high === 0) return `as ${baseName}`;
      return `${changeWords(metric, interval)} against ${baseName}`;
    }
    if (baseValue === undefined) return undefined;
    return `${signed(value - baseValue, digitsOf(metric))} against ${baseName}`;
  };
  const factors = grid.settings[setting]!;
  return (
    <p className={styles.readout} aria-live={lead === 'Here' ? 'off' : 'polite'}>
      <Lead kind={lead} className={styles.lead} />
      <span style={{ color: mixInk(meanOf(factors)) }}>{placeWords(factors, [grid.x, grid.y])}</span>
      <span>
        <b>{figureWords(metric, value)}</b> {metricWords(info.id, metric)}
      </span>
      <span className={styles.quiet}>{against()}</span>
    </p>
  );
}
