import { Button, Progress } from '@mantine/core';
import { IconFile, IconFolder } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ChangeEvent, type DragEvent } from 'react';
import type { ImportReport, NamedFile } from '../../../engine/exchange/types.ts';
import { bringIn } from '../../../state/workshop/importing.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { chosenFiles, droppedFiles } from './droppedFiles.ts';
import { ImportedReport } from './ImportedReport.tsx';
import { styles } from './styles.ts';

const ACCEPTED = '.pt,.pth,.ckpt,.bin,.safetensors,.onnx,.data,.zip';

/** Files and folders come in: dropped, or chosen with either button. */
export function ImportPart() {
  const store = useLabStore();
  // What is being read goes on when the bench is left; the report is there when it is opened again.
  const reading = useLab((s) => s.workshop.importing);
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => {
    folder.current?.setAttribute('webkitdirectory', '');
  }, []);
  const read = (given: Promise<NamedFile[]> | NamedFile[]) => void bringIn(store, given);
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const { files: list } = event.currentTarget;
    if (!list || list.length === 0) return;
    // Read at once: emptied, the field forgets them. The same file again is another choice.
    read((async () => chosenFiles(list))());
    event.currentTarget.value = '';
  };
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(inside);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    read(droppedFiles(event.dataTransfer));
  };
  return (
    <section className={styles.part} aria-labelledby="in-title">
      <h3 id="in-title">Bring one in</h3>
      <div
        className={styles.drop}
        data-over={over || undefined}
        role="group"
        aria-label="Files to bring in"
        onDragEnter={drag(true)}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={drop}
      >
        <p>
          Drop <code>best.pt</code> files, <code>.safetensors</code>, <code>.onnx</code>, a zip, or the whole{' '}
          <code>checkpoints/</code> folder here
        </p>
        <div className={styles.buttons}>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconFile size={16} aria-hidden />}
            onClick={() => files.current?.click()}
          >
            Choose files
          </Button>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconFolder size={16} aria-hidden />}
            onClick={() => folder.current?.click()}
          >
            Choose a folder
          </Button>
        </div>
        <input
          ref={files}
          type="file"
          hidden
          multiple
          accept={ACCEPTED}
          aria-label="Files"
          onChange={chosen}
        />
        <input ref={folder} type="file" hidden multiple aria-label="Folder" onChange={chosen} />
      </div>
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
