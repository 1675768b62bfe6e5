import { useEffect } from 'react';
import { useLab } from '../../shared/LabContext.tsx';
import { ConflictsCard } from './ConflictsCard.tsx';
import { CostCard } from './CostCard.tsx';
import { KeepsCard } from './KeepsCard.tsx';
import { LookControls } from './LookControls.tsx';
import { MembersCard } from './MembersCard.tsx';
import { SizesCard } from './SizesCard.tsx';
import { styles } from './styles.ts';
import { useLooked } from './useLooked.ts';

/** A bond opened up: what its members are for, what their number buys and costs, what it keeps, where experts collide. */
export default function MicroscopeBench() {
  const looked = useLooked();
  const cancel = useLab((s) => s.cancelMeasuring);
  const at = looked && `${looked.recipe.id} ${looked.bond.id}`;
  // What was asked of another bond, or before the bench was left, is not waited for.
  useEffect(() => () => cancel(), [cancel, at]);
  return (
    <section className={styles.panel} aria-labelledby="microscope-title">
      <header className={styles.lead}>
        <div>
          <h2 id="microscope-title">Microscope</h2>
          <p>
            A bond is a mixture of small projectors. Here it is taken apart: each question is measured on this
            device, over the collection on screen, when you ask it.
          </p>
        </div>
        {looked && <LookControls looked={looked} />}
      </header>
      {looked ? (
        <>
          <MembersCard looked={looked} />
          <SizesCard looked={looked} />
          <CostCard looked={looked} />
          <KeepsCard looked={looked} />
          <ConflictsCard looked={looked} />
        </>
      ) : (
        <p className={styles.absent}>This recipe has no bond to look at: choose another, or build one.</p>
      )}
    </section>
  );
}
