import { Button, Progress } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { IntakeStage } from '../../../state/data/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from '../styles.ts';
import { KeptReport } from './KeptReport.tsx';
import { Understood } from './Understood.tsx';

/** What was dropped: being read, understood and waiting for a yes, being kept, kept. Nothing where nothing was dropped. */
export function IntakeSheet() {
  const stage = useLab((s) => s.data.intake);
  const sheet = useRef<HTMLElement>(null);
  const { status } = stage;
  useEffect(() => {
    // What was understood is read next: the focus goes there, and the page with it.
    if (status !== 'understood' && status !== 'kept' && status !== 'failed') return;
    sheet.current?.focus({ preventScroll: true });
    sheet.current?.scrollIntoView({ block: 'nearest' });
  }, [status]);
  if (status === 'idle') return null;
  return (
    <section
      ref={sheet}
      className={styles.sheet}
      aria-label="What was dropped"
      tabIndex={-1}
      data-status={status}
    >
      <Stage stage={stage} />
    </section>
  );
}

function Stage({ stage }: { stage: IntakeStage }) {
  const closeIntake = useLab((s) => s.closeIntake);
  switch (stage.status) {
    case 'reading':
      return <Working words={stage.words} fraction={stage.fraction} onCancel={stage.cancel} />;
    case 'failed':
      return (
        <div className={styles.busy}>
          <p className={styles.failed} role="alert">
            Nothing came in: {stage.message}
          </p>
          <Button size="xs" variant="default" onClick={closeIntake}>
            Put it away
          </Button>
        </div>
      );
    case 'understood':
    case 'keeping':
      return (
        <Understood form={stage.form} message={stage.status === 'understood' ? stage.message : undefined}>
          {stage.status === 'keeping' && (
            <Working words={stage.words} fraction={stage.fraction} onCancel={stage.cancel} />
          )}
        </Understood>
      );
    case 'kept':
      return <KeptReport name={stage.name} report={stage.report} />;
    default:
      return null;
  }
}

function Working({ words, fraction, onCancel }: { words: string; fraction: number; onCancel: () => void }) {
  return (
    <div className={styles.progress}>
      <Progress value={Math.max(3, 100 * fraction)} animated aria-label="Share of the files that is read" />
      <span className={styles.path}>{words}</span>
      <Button size="xs" variant="default" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}
