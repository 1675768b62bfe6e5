import type { Interval } from '../../../math/bootstrap.ts';
import { Hint } from '../../shared/Hint.tsx';
import { styles } from './styles.ts';
import { numberWords, rangeWords } from './words.ts';

const FORMULA =
  'score = min(1, (Q + E) / max(1 − P, 0.1)): the part of the experts’ disagreement in the target that is systematic. Q: share of items that the projections confuse; E: structure that both see, projected to different places; 1 − P: all that they disagree on.';

/** The score with its interval on a scale from scatter to conflict, and where the warning begins. */
export function ScoreScale({ score, threshold }: { score: Interval; threshold: number }) {
  const at = (value: number) => `${100 * Math.min(1, Math.max(0, value))}%`;
  const hurts = score.mean >= threshold;
  return (
    <div className={styles.scale} data-hurts={hurts || undefined}>
      <Hint text={FORMULA}>
        <p tabIndex={0}>
          Conflict <b>{numberWords(score.mean)}</b> <small>{rangeWords(score)}</small>
        </p>
      </Hint>
      <div
        className={styles.rail}
        role="img"
        aria-label={`${numberWords(score.mean)} on a scale from 0, scatter, to 1, conflict; from ${threshold} on averaging is likely to hurt.`}
      >
        <span className={styles.safe} style={{ width: at(threshold) }} />
        <span className={styles.risky} style={{ left: at(threshold) }} />
        <span
          className={styles.interval}
          style={{ left: at(score.low), right: `${100 - Number.parseFloat(at(score.high))}%` }}
        />
        <span className={styles.mark} style={{ left: at(score.mean) }} />
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span>0: scatter, which averaging takes away</span>
        <span style={{ left: at(threshold) }}>{threshold}: likely to hurt</span>
        <span>1: all of it systematic</span>
      </div>
    </div>
  );
}
