import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { KeptModel } from '../../../engine/models/types.ts';
import { bytesWords } from '../../../state/data/words.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { RemoveForm } from '../RemoveForm.tsx';
import { styles } from '../styles.ts';
import { useFocusBack } from '../useFocusBack.ts';

/** Models in the browser's storage. */
export function KeptList() {
  const kept = useLab((s) => s.data.models.kept);
  const total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <section className={styles.list} aria-labelledby="kept-title" tabIndex={-1}>
      <h3 id="kept-title">On this device</h3>
      {kept.length === 0 ? (
        <p className={styles.note}>None yet: what you download is kept here, and works without a network.</p>
      ) : (
        <>
          <ul className={styles.shelf}>
            {kept.map((model) => (
              <KeptRow key={`${model.repo} ${model.precision}`} model={model} />
            ))}
          </ul>
          <p className={styles.note}>
            {counted(kept.length, 'model', 'models')}, {bytesWords(total)} in all
          </p>
        </>
      )}
    </section>
  );
}

function KeptRow({ model }: { model: KeptModel }) {
  const { repo, precision, revision, files, bytes } = model;
  const models = useLab((s) => s.engine.models);
  const attempt = useLab((s) => s.attempt);
  const [removing, setRemoving] = useState(false);
  const bin = useFocusBack(removing);
  return (
    <li className={styles.model} data-kept={repo}>
      <div className={styles.what}>
        <b>{repo}</b>
        <span>
          {precision}, {bytesWords(bytes)}, {counted(files.length, 'file', 'files')}, revision{' '}
          {revision.slice(0, 8)}
        </span>
      </div>
      {removing ? (
        <RemoveForm
          question={`Remove ${repo} from this browser?`}
          words="Remove it"
          onDone={() => setRemoving(false)}
          onRemove={() => void attempt(() => models.remove(repo))}
        />
      ) : (
        <ActionIcon
          ref={bin}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Remove ${repo}`}
          onClick={() => setRemoving(true)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </li>
  );
}
