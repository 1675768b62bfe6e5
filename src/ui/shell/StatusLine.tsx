import type { EncoderStatus } from '../../engine/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { Memory } from './Memory.tsx';
import styles from './StatusLine.module.css';

const BACKEND_WORDS = { webgpu: 'WebGPU', wasm: 'WebAssembly' } as const;

function encoderWords(statuses: readonly EncoderStatus[]): string {
  const loaded = statuses.filter(({ state }) => state === 'ready');
  const loading = statuses.filter(({ state }) => state === 'loading');
  const failed = statuses.filter(({ state }) => state === 'failed');
  if (failed.length > 0) return `${failed[0]!.id} failed`;
  if (loading.length > 0) return `loading ${loading.map(({ id }) => id).join(', ')} …`;
  if (loaded.length === 0) return 'not loaded: they load when you ask with something of your own';
  const { backend, precision } = loaded[0]!;
  return `${precision ?? ''} on ${backend ? BACKEND_WORDS[backend] : '?'} (${loaded.length} loaded)`.trim();
}

/** Which device does what, why, and how long the last drag took. */
export function StatusLine() {
  const device = useLab((s) => s.device);
  const encoders = Object.values(device.encoders);
  return (
    <footer className={styles.status}>
      <Hint text={device.scoringReason}>
        <span tabIndex={0}>
          Scores: <b>{BACKEND_WORDS[device.scoring]}</b>{' '}
          <span className={styles.why}>{device.scoringReason}</span>
        </span>
      </Hint>
      <Hint
        text={encoders.map(({ id, reason, message }) => (
          <span key={id} className={styles.encoder}>
            {id}: {message ?? reason ?? 'not loaded'}
          </span>
        ))}
      >
        <span tabIndex={0}>
          Encoders: <b>{encoderWords(encoders)}</b>{' '}
          <span className={styles.why}>{encoders.find(({ reason }) => reason)?.reason}</span>
        </span>
      </Hint>
      <Memory />
      <Hint text="From moving the slider to the frame that shows the new ranking; exact scores of every item in the gallery.">
        <span className={styles.drag} tabIndex={0}>
          <DragTime />
        </span>
      </Hint>
      <span>Every figure: point at it, or tab to it, for what it is</span>
    </footer>
  );
}

function DragTime() {
  const dragMs = useLab((s) => s.dragMs);
  return dragMs === undefined ? 'No drag yet' : `Last drag ${dragMs.toFixed(dragMs < 10 ? 1 : 0)} ms`;
}
