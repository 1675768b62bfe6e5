import { startsHere } from '../../../state/workshop/trainForm.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { RunsTable } from './RunsTable.tsx';
import { RunView } from './RunView.tsx';
import { styles } from './runStyles.ts';

/** The run that is chosen (else the newest) with its curves, and all runs below. */
export function LearningPanel({ opened }: { opened: boolean }) {
  const id = useLab(
    (s) => (s.workshop.runs.find((run) => run.id === s.workshop.runId) ?? s.workshop.runs[0])?.id,
  );
  const hasStarts = useLab((s) => startsHere(s.engine.training.defaults, s.spaces).length > 0);
  if (id === undefined) {
    return (
      <div className={styles.empty}>
        {opened ? (
          <>
            <p>Nothing was trained here yet.</p>
            <p>
              Press <b>Train</b> for the bond of the form{hasStarts && ', or one of the beginnings above'}.
              Its curves stand here while it learns; the bond it gives can be used in a recipe like those that
              ship with the lab. It goes on where it was when the page is reloaded.
            </p>
          </>
        ) : (
          <p role="status">Looking for the runs that this browser kept …</p>
        )}
      </div>
    );
  }
  return (
    <div className={styles.panel}>
      <RunView key={id} id={id} />
      <RunsTable chosen={id} />
    </div>
  );
}
