import { useEffect } from 'react';
import { bytesWords } from '../../../state/data/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from '../styles.ts';
import { BindCard } from './BindCard.tsx';
import { EncodersList } from './EncodersList.tsx';
import { HostChoice } from './HostChoice.tsx';
import { KeptList } from './KeptList.tsx';
import { RepoField } from './RepoField.tsx';
import { Shelf } from './Shelf.tsx';
import { SingleEncoder } from './SingleEncoder.tsx';

/** Encoders beyond those that ship: the shelf, what is kept on this device, single graphs. */
export default function ModelsTab() {
  return (
    <section className={styles.panel} aria-labelledby="models-title" tabIndex={-1}>
      <header className={styles.lead}>
        <h2 id="models-title">Models</h2>
        <p>
          Published encoders, fetched once and kept in this browser: from then on they work without a network,
          and what they read never leaves this device. <Room />
        </p>
      </header>
      <BindCard />
      <section className={styles.list} aria-labelledby="shelf-title">
        <h3 id="shelf-title">The shelf</h3>
        <HostChoice />
        <Shelf />
        <RepoField />
      </section>
      <KeptList />
      <EncodersList />
      <SingleEncoder />
    </section>
  );
}

/** How much the browser still has room for. */
function Room() {
  const room = useLab((s) => s.data.room);
  const kept = useLab((s) => s.data.models.kept);
  const measureRoom = useLab((s) => s.measureRoom);
  useEffect(() => {
    void measureRoom();
  }, [measureRoom, kept]);
  if (!room) return null;
  return (
    <>
      This browser holds {bytesWords(room.used)} for the lab, and has room for{' '}
      <b>{bytesWords(Math.max(0, room.quota - room.used))}</b> more.
    </>
  );
}
