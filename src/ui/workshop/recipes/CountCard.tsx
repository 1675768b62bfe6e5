import { Button, Progress } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import type { Table } from '../../../state/tables.ts';
import type { Measuring } from '../../../state/workshop/microscopeTypes.ts';
import { ExportMenu } from '../../evidence/charts/ExportMenu.tsx';
import type { PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { Counting } from '../../shared/Counting.tsx';
import { styles } from './styles.ts';

export interface CountCardProps<T> {
  /** Of its files. */
  name: string;
  title: string;
  about: ReactNode;
  status: Measuring<T> | undefined;
  /** Undefined where it cannot be counted now; `absent` says why. */
  onCount: (() => void) | undefined;
  absent?: ReactNode;
  onCancel: () => void;
  /** The button's words. */
  action: string;
  tables: (value: T) => Table[];
  chart?: { current: PlotHandle | null };
  /** What is chosen first. */
  children?: ReactNode;
  show: (value: T) => ReactNode;
}

/** Something that is counted with one click: what it is, the button, its progress, its figures and their way out. */
export function CountCard<T>(props: CountCardProps<T>) {
  const { name, title, about, status, onCount, absent, onCancel, action, tables, chart, children, show } =
    props;
  const titleId = useId();
  const value = status?.status === 'ready' ? status.value : undefined;
  const loading = status?.status === 'loading' ? status : undefined;
  const button = (words: string) => (
    <Button
      size="xs"
      variant={value ? 'default' : 'filled'}
      disabled={!onCount}
      onClick={onCount}
      aria-label={`${words}: ${title}`}
    >
      {words}
    </Button>
  );
  return (
    <section className={styles.card} aria-labelledby={titleId} data-card={name}>
      <header className={styles.head}>
        <h3 id={titleId}>{title}</h3>
        <div className={styles.controls}>
          {value && !loading && button('Count again')}
          {value && (
            <ExportMenu
              name={name}
              tables={() => tables(value)}
              {...(chart && { figure: () => chart.current?.svg() })}
            />
          )}
        </div>
      </header>
      <div className={styles.about}>{about}</div>
      {children}
      {!onCount && absent && <p className={styles.note}>{absent}</p>}
      {!status && onCount && <p className={styles.start}>{button(action)}</p>}
      {loading && (
        <div className={styles.progress}>
          <Progress
            value={Math.max(3, 100 * loading.fraction)}
            aria-label={`Share of “${title}” that is counted`}
          />
          <span role="status">
            <Counting words={loading.words} />
          </span>
          <Button variant="default" size="xs" onClick={onCancel} aria-label={`Cancel: ${title}`}>
            Cancel
          </Button>
        </div>
      )}
      {status?.status === 'failed' && (
        <p className={styles.start} role="alert">
          It could not be counted: {status.message} {onCount && button('Try again')}
        </p>
      )}
      {value && show(value)}
    </section>
  );
}
