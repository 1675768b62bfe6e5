import { Button, Progress } from '@mantine/core';
import { useId, type ReactNode, type Ref } from 'react';
import type { Table } from '../../../state/tables.ts';
import type { Ask, Measuring, QuestionId, Reports } from '../../../state/workshop/microscopeTypes.ts';
import { ExportMenu } from '../../evidence/charts/ExportMenu.tsx';
import type { PlotHandle } from '../../evidence/charts/PlotFigure.tsx';
import { Counting } from '../../shared/Counting.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

export interface QuestionCardProps<Q extends QuestionId> {
  question: Q;
  title: string;
  /** One sentence: why it is asked. */
  why: ReactNode;
  /** Undefined where it cannot be put; `absent` says why. */
  ask: Ask<Q> | undefined;
  absent?: ReactNode;
  /** How long it takes, about. */
  takes: string;
  /** Figures of which another measurement gives others. */
  again?: boolean;
  /** Above the button: what has to be chosen first. */
  children?: ReactNode;
  tables: (report: Reports[Q]) => Table[];
  chart?: { current: PlotHandle | null };
  show: (report: Reports[Q]) => ReactNode;
  ref?: Ref<HTMLElement>;
}

/** One question: why it is asked, the button that measures it, its progress, and its figures. */
export function QuestionCard<Q extends QuestionId>(props: QuestionCardProps<Q>) {
  const {
    question,
    title,
    why,
    ask,
    absent,
    takes,
    again = false,
    children,
    tables,
    chart,
    show,
    ref,
  } = props;
  const titleId = useId();
  const status = useLab((s): Measuring<Reports[Q]> | undefined =>
    ask ? (s.microscope.reports[question] as Record<string, Measuring<Reports[Q]>>)[ask.key] : undefined,
  );
  const measure = useLab((s) => s.measure);
  const cancel = useLab((s) => s.cancelMeasuring);
  const report = status?.status === 'ready' ? status.value : undefined;
  const start = (words: string) => (
    <Button size="xs" variant={report ? 'default' : 'filled'} onClick={() => ask && measure(question, ask)}>
      {words}
      <span className={styles.unseen}>: {title}</span>
    </Button>
  );
  return (
    <section ref={ref} className={styles.card} aria-labelledby={titleId} data-question={question}>
      <header className={styles.head}>
        <h3 id={titleId}>{title}</h3>
        <div className={styles.controls}>
          {report && again && start('Measure again')}
          {report && (
            <ExportMenu
              name={question}
              tables={() => tables(report)}
              {...(chart && { figure: () => chart.current?.svg() })}
            />
          )}
        </div>
      </header>
      <p className={styles.why}>{why}</p>
      {children}
      {!ask && <p className={styles.absent}>{absent}</p>}
      {ask && !status && (
        <p className={styles.start}>
          {start('Measure')}
          <small>{takes}</small>
        </p>
      )}
      {status?.status === 'loading' && (
        <div className={styles.progress}>
          <Progress
            value={Math.max(3, 100 * status.fraction)}
            animated
            aria-label={`Share of “${title}” that is measured`}
          />
          <span role="status">
            <Counting words={status.words} />
          </span>
          <Button variant="default" size="xs" onClick={() => cancel(question)}>
            Cancel
            <span className={styles.unseen}>: {title}</span>
          </Button>
        </div>
      )}
      {status?.status === 'failed' && (
        <p className={styles.failed} role="alert">
          It could not be measured: {status.message} {start('Try again')}
        </p>
      )}
      {report && show(report)}
    </section>
  );
}
