import { FileDrop } from '../../shared/FileDrop.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { IntakeSheet } from '../intake/IntakeSheet.tsx';
import { styles } from '../styles.ts';
import { CollectionCard } from './CollectionCard.tsx';

/** Collections: what comes in, and those there are. */
export default function CollectionsTab() {
  const collections = useLab((s) => s.data.collections);
  const problem = useLab((s) => s.data.storageProblem);
  const takeIn = useLab((s) => s.takeIn);
  // What was dropped is read below: the place for the next drop makes room for it.
  const large = useLab((s) => s.data.intake.status === 'idle');
  return (
    <section className={styles.panel} aria-labelledby="collections-title">
      <header className={styles.lead}>
        <h2 id="collections-title">Collections</h2>
        <p>
          Your own pictures, sounds and texts, or the embeddings of your own models, in place of what ships
          with the lab. They stay in this browser: nothing is sent anywhere.
        </p>
      </header>
      {problem !== undefined && (
        <p className={styles.failed} role="alert">
          {problem}
        </p>
      )}
      <FileDrop label="Files of a collection" large={large} onFiles={(given) => void takeIn(given)}>
        <p>Drop a folder, a zip, embeddings or projectors</p>
        {large && (
          <p className={styles.note}>
            Pictures and sounds with texts of the same names (<code>dog.png</code>, <code>dog.ogg</code>,{' '}
            <code>dog.txt</code>), <code>metadata.csv</code> or <code>captions.txt</code>; <code>.npy</code>,{' '}
            <code>.npz</code>, <code>.safetensors</code>, <code>.parquet</code>, <code>.csv</code>; a{' '}
            <code>checkpoints/</code> folder; a collection that was saved here. You see what was understood
            before anything is kept.
          </p>
        )}
      </FileDrop>
      <IntakeSheet />
      <section className={styles.list} aria-labelledby="own-collections" tabIndex={-1}>
        <h3 id="own-collections">At hand</h3>
        <ul className={styles.cards}>
          {collections.map((info) => (
            <CollectionCard key={info.id} info={info} />
          ))}
        </ul>
      </section>
    </section>
  );
}
