import { useRef, useState } from 'react';
import { useLab } from '../../shared/LabContext.tsx';
import { ExportPart } from './ExportPart.tsx';
import { ImportPart } from './ImportPart.tsx';
import { OwnList } from './OwnList.tsx';
import { styles } from './styles.ts';

/** Ensembles come in from files and leave as files. */
export default function FilesBench() {
  const ensembles = useLab((s) => s.ensembles);
  const note = useLab((s) => s.engine.training.note());
  const [chosen, setChosen] = useState<string>();
  const out = useRef<HTMLElement>(null);
  const ensemble = ensembles.find(({ id }) => id === chosen) ?? ensembles[0];
  return (
    <section className={styles.panel} aria-labelledby="files-title">
      <header className={styles.lead}>
        <h2 id="files-title">In and out</h2>
        <p>
          An ensemble, the mixture of projectors of a bond, leaves as a file that other programs load, and
          comes in from PyTorch, safetensors and ONNX files: also a whole folder of the authors’ checkpoints
          at once.
        </p>
      </header>
      {note !== undefined && (
        <p className={styles.failed} role="status">
          {note}
        </p>
      )}
      <div className={styles.ways}>
        <ImportPart />
        {ensemble && <ExportPart ref={out} ensemble={ensemble} onChoose={setChosen} />}
      </div>
      <OwnList
        onExport={(id) => {
          setChosen(id);
          out.current?.scrollIntoView({ block: 'nearest' });
          out.current?.focus();
        }}
      />
    </section>
  );
}
