/** What the sections share: their frame, a table that scrolls inside itself, a direction in words, a small bar. */
import type { ReactNode } from 'react';
import { splitDirection, type Direction } from '../../base/modality.ts';
import { mixColor } from '../shared/mix.ts';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import styles from './Figures.module.css';

export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} className={styles.section} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`} className={styles.title}>
        {title}
      </h3>
      {children}
    </section>
  );
}

/** Wider than the screen, it scrolls by touch, wheel or arrow keys; its first column stays in view. */
export function ScrollTable({
  label,
  narrow = false,
  children,
}: {
  label: string;
  /** Few columns: kept together on a wide screen. */
  narrow?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={styles.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={narrow ? `${styles.table} ${styles.narrow}` : styles.table}>{children}</table>
    </div>
  );
}

/** "sound → text" */
export function directionWords(direction: Direction): string {
  const [from, to] = splitDirection(direction);
  return `${MODALITY_WORDS[from].one} → ${MODALITY_WORDS[to].one}`;
}

export function DirectionName({ direction }: { direction: Direction }) {
  const [from, to] = splitDirection(direction);
  return (
    <span className={styles.direction}>
      <ModalityShape modality={from} sizePx={10} />
      {directionWords(direction)}
      <ModalityShape modality={to} sizePx={10} />
    </span>
  );
}

/** A fraction as a length, in the colour of a factor. */
export function Bar({ value, factor }: { value: number; factor?: number }) {
  return (
    <span className={styles.bar} aria-hidden="true">
      <span
        style={{
          width: `${Math.max(0, Math.min(1, value)) * 100}%`,
          background: factor === undefined ? 'var(--bl-muted)' : mixColor(factor),
        }}
      />
    </span>
  );
}
