import { Button } from '@mantine/core';
import type { KeepReport } from '../../../engine/intake/types.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { LeftOutList, Notes } from '../Fold.tsx';
import { styles } from '../styles.ts';

/** What came of a drop, and the way on. */
export function KeptReport({ name, report }: { name: string; report: KeepReport }) {
  const { collectionId, bonds, recipeId, leftOut, notes } = report;
  const info = useLab((s) => s.data.collections.find(({ id }) => id === collectionId));
  const running = useLab((s) =>
    s.data.runs.some(
      (run) => run.collectionId === collectionId && ['running', 'waiting'].includes(run.state),
    ),
  );
  const closeIntake = useLab((s) => s.closeIntake);
  const openCollection = useLab((s) => s.useCollection);
  const showBench = useLab((s) => s.showBench);
  return (
    <>
      <h3>{collectionId === undefined ? 'The projectors are kept' : `“${info?.name ?? name}” is kept`}</h3>
      <p className={styles.found} role="status">
        {bonds.length > 0 && `${counted(bonds.length, 'ensemble', 'ensembles')} came with it. `}
        {recipeId !== undefined && 'A recipe of them is ready: it opens with the collection. '}
        {running &&
          'It is being encoded: the collection below tells how far it is, and can be used as soon as one space knows two modalities.'}
      </p>
      <Notes notes={[...notes, ...bonds.flatMap(({ note }) => note ?? [])]} />
      <LeftOutList items={leftOut} one="row or file was" many="rows or files were" />
      <div className={styles.buttons}>
        {info && (
          <Button size="sm" disabled={!info.ready} onClick={() => void openCollection(info.id)}>
            Use in the lab
          </Button>
        )}
        {bonds.length > 0 && (
          <Button size="sm" variant="default" onClick={() => showBench('files')}>
            See the projectors
          </Button>
        )}
        <Button size="sm" variant="default" onClick={closeIntake}>
          Done
        </Button>
      </div>
    </>
  );
}
