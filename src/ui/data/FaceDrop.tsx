import { useEffect, useState } from 'react';
import { droppedFiles } from '../shared/droppedFiles.ts';
import { useLabStore } from '../shared/LabContext.tsx';
import { styles } from './styles.ts';

/** The whole face takes a drop: of a collection or, where models are shown, of an encoder. */
export function FaceDrop() {
  const store = useLabStore();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    // Also where a drop area below has taken it already.
    const onEnd = () => setOver(false);
    const onDrop = (event: DragEvent) => {
      if (!hasFile(event) || !event.dataTransfer) return;
      event.preventDefault();
      const { dataTab, takeIn, proposeEncoder } = store.getState();
      void (dataTab === 'models' ? proposeEncoder : takeIn)(droppedFiles(event.dataTransfer));
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onEnd, true);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onEnd, true);
      window.removeEventListener('drop', onDrop);
    };
  }, [store]);
  return over ? (
    <div className={styles.dropping}>Drop it: it is looked at first, nothing is kept yet</div>
  ) : null;
}
