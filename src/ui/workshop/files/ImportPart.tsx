import { Button, Progress } from '@mantine/core';
import type { ImportReport } from '../../../engine/exchange/types.ts';
import { bringIn } from '../../../state/workshop/importing.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { FileDrop } from '../../shared/FileDrop.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { ImportedReport } from './ImportedReport.tsx';
import { styles } from './styles.ts';

const ACCEPTED = '.pt,.pth,.ckpt,.bin,.safetensors,.onnx,.data,.zip';

/** Files and folders come in: dropped, or chosen with either button. */
export function ImportPart() {
  const store = useLabStore();
  // What is being read goes on when the bench is left; the report is there when it is opened again.
  const reading = useLab((s) => s.workshop.importing);
  return (
    <section className={styles.part} aria-labelledby="in-title">
      <h3 id="in-title">Bring one in</h3>
      <FileDrop label="Files to bring in" accept={ACCEPTED} onFiles={(given) => void bringIn(store, given)}>
        <p>
          Drop <code>best.pt</code> files, <code>.safetensors</code>, <code>.onnx</code>, a zip, or the whole{' '}
          <code>checkpoints/</code> folder here
        </p>
      </FileDrop>
      <p className={styles.note}>
        Nothing in a file is run: of a PyTorch file only tensors and their names are read, by a list of what
        is allowed. The files stay on this device.
      </p>
      {reading.status === 'reading' && (
        <div className={styles.progress}>
          <Progress
            value={Math.max(3, 100 * reading.fraction)}
            animated
            aria-label="Share of the files that is read"
          />
          <span className={styles.path}>{reading.words}</span>
          <Button variant="default" size="xs" onClick={reading.cancel}>
            Cancel
          </Button>
        </div>
      )}
      {/* Always there, so that what it says is read out. */}
      <p className={styles.summary} role="status">
        {reading.status === 'done' && <Summary report={reading.report} nFiles={reading.nFiles} />}
      </p>
      {reading.status === 'failed' && (
        <p className={styles.failed} role="alert">
          Nothing came in: {reading.message}
        </p>
      )}
      {reading.status === 'done' && <ImportedReport report={reading.report} />}
    </section>
  );
}

function Summary({ report: { imported, leftOut }, nFiles }: { report: ImportReport; nFiles: number }) {
  return (
    <>
      <b>{counted(imported.length, 'ensemble', 'ensembles')}</b> came in from{' '}
      {counted(nFiles, 'file', 'files')}
      {leftOut.length > 0 && `; ${counted(leftOut.length, 'file was', 'files were')} left out`}. Nothing that
      was here before was touched.
    </>
  );
}
