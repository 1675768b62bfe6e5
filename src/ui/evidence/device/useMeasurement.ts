import { useCallback, useEffect, useRef, useState } from 'react';
import { AbortedError, messageOf } from '../../../base/errors.ts';
import { measureDevice } from '../../../engine/bench/deviceBench.ts';
import { SHORT } from '../../../engine/bench/plans.ts';
import type { MeasuredRow } from '../../../engine/bench/rows.ts';

export type Measurement =
  | { status: 'none' }
  | { status: 'running'; rows: MeasuredRow[]; fraction: number }
  | { status: 'done'; rows: MeasuredRow[]; note: string }
  | { status: 'failed'; message: string };

/** The page's last complete measurement: still there when the panel is opened again. */
let kept: Measurement = { status: 'none' };

/** Measures this device on demand; one at a time, ended with the panel or by cancel(), which brings the last result back. */
export function useMeasurement(): { measurement: Measurement; start: () => void; cancel: () => void } {
  const [measurement, setMeasurement] = useState<Measurement>(kept);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(() => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const rows: MeasuredRow[] = [];
    const show = (next: Measurement) => {
      if (running.current === controller) setMeasurement(next);
    };
    show({ status: 'running', rows: [], fraction: 0 });
    measureDevice(SHORT, {
      signal: controller.signal,
      onProgress(progress) {
        if (controller.signal.aborted) return;
        rows.push(...progress.rows);
        show({ status: 'running', rows: [...rows], fraction: progress.fraction });
      },
    }).then(
      (note) => {
        kept = { status: 'done', rows, note };
        show(kept);
      },
      (error: unknown) =>
        show(error instanceof AbortedError ? kept : { status: 'failed', message: messageOf(error) }),
    );
  }, []);
  const cancel = useCallback(() => running.current?.abort(), []);
  return { measurement, start, cancel };
}
