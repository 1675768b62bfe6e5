import type { MetricId } from '../../../math/answers.ts';
import { Hint } from '../../shared/Hint.tsx';
import type { HeatScale } from './scale.ts';
import { figureWords } from './words.ts';
import styles from './Landscape.module.css';

export interface ScaleMark {
  name: string;
  value: number;
  look: 'base' | 'current' | 'best' | 'hover';
  color: string;
}

/** The scale of the map's colours with the values that matter on it: a legend that is read directly. */
export function ScaleBar({
  scale,
  metric,
  about,
  marks,
}: {
  scale: HeatScale;
  metric: MetricId;
  about: string;
  marks: readonly ScaleMark[];
}) {
  return (
    <Hint text={about}>
      <div
        className={styles.scale}
        role="img"
        aria-label={`${about} ${marks.map(({ name, value }) => `${name}: ${figureWords(metric, value)}`).join(', ')}.`}
        tabIndex={0}
      >
        <span className={styles.end}>{figureWords(metric, scale.worst)}</span>
        <span className={styles.ramp}>
          {marks.map(({ name, value, look, color }) => (
            <span
              key={name}
              className={styles.tick}
              data-look={look}
              style={{ left: `${scale.at(value) * 100}%`, '--mark': color } as React.CSSProperties}
            />
          ))}
        </span>
        <span className={styles.end}>{figureWords(metric, scale.best)}</span>
      </div>
    </Hint>
  );
}
