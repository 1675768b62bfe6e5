import { Progress } from '@mantine/core';
import type { EncodeRun } from '../../../engine/collections/types.ts';
import { encodingSpaces } from '../../../state/data/encodeChoice.ts';
import { runWords } from '../../../state/data/words.ts';
import { inList, nameIn } from '../../../state/workshop/recipesWords.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { LeftOutList } from '../Fold.tsx';
import { PauseButtons } from '../PauseButtons.tsx';
import { styles } from '../styles.ts';

/** A run of the encoders over a collection: how far it is, how fast, what it left out. */
export function EncodeRunView({ run }: { run: EncodeRun }) {
  const { id, spaceIds, state, done, of, leftOut, reused, message } = run;
  const collections = useLab((s) => s.engine.collections);
  const own = useLab((s) => s.data.models.spaces);
  const spaces = encodingSpaces(own);
  const names = inList(spaceIds.map((spaceId) => nameIn(spaces, spaceId)));
  const open = state === 'waiting' || state === 'running' || state === 'paused';
  return (
    <div className={styles.run} data-state={state} role="group" aria-label={`Encoding in ${names}`}>
      <p className={styles.runHead}>
        <b>{names}</b>
        <span>{runWords(run)}</span>
      </p>
      {open && (
        <div className={styles.progress}>
          <Progress
            value={of > 0 ? (100 * done) / of : 0}
            animated={state === 'running'}
            aria-label={`Share that is encoded in ${names}`}
          />
          <PauseButtons
            still={state === 'paused'}
            onGoOn={() => collections.goOn(id)}
            onPause={() => collections.pause(id)}
            onCancel={() => collections.cancel(id)}
          />
        </div>
      )}
      {reused > 0 && (
        <p className={styles.note}>
          {reused.toLocaleString('en')} {reused === 1 ? 'vector was' : 'vectors were'} there already: the same
          content was encoded before.
        </p>
      )}
      {message !== undefined && (
        <p className={state === 'failed' ? styles.failed : styles.note} role="status">
          {message}
        </p>
      )}
      <LeftOutList
        items={leftOut.map(({ item, reason }) => ({ path: item, reason }))}
        one="item"
        many="items"
      />
    </div>
  );
}
