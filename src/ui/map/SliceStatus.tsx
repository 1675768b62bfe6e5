import { Button } from '@mantine/core';
import type { MapSliceState } from './types.ts';
import styles from './MapPanel.module.css';

export interface SliceStatusProps {
  state: MapSliceState;
  onCancel?: (() => void) | undefined;
  onRetry?: (() => void) | undefined;
}

/** What stands over the stage while there is no picture, or beside the last one while a new one is made. */
export function SliceStatus({ state, onCancel, onRetry }: SliceStatusProps) {
  if (state.status === 'ready') return null;
  const placing = 'coordinates' in state && state.coordinates ? styles.beside : styles.over;
  if (state.status === 'loading') {
    const { words, fraction } = state.progress;
    const percent = Math.round(100 * fraction);
    return (
      <div className={placing}>
        <div className={styles.progress}>
          <p>
            <span>{words}</span> <span className={styles.percent}>{percent}%</span>
          </p>
          <div
            className={styles.bar}
            role="progressbar"
            aria-label={words}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
          >
            <span style={{ width: `${percent}%` }} />
          </div>
        </div>
        {onCancel && (
          <Button size="compact-sm" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    );
  }
  if (state.status === 'absent') {
    return (
      <div className={placing}>
        <p>{state.reason}</p>
      </div>
    );
  }
  const failed = state.status === 'failed';
  return (
    <div className={placing} role={failed ? 'alert' : undefined}>
      <p>{failed ? `The map could not be laid. ${state.message}` : 'The map has not been laid yet.'}</p>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {failed ? 'Try again' : 'Lay the map'}
        </Button>
      )}
    </div>
  );
}
