import { Progress } from '@mantine/core';
import type { DownloadState } from '../../../engine/models/types.ts';
import { bytesWords, downloadedOf, downloadWords } from '../../../state/data/words.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { Fold } from '../Fold.tsx';
import { PauseButtons } from '../PauseButtons.tsx';
import { styles } from '../styles.ts';

/** A model on its way: how far each file is, and what can be done about it. */
export function DownloadView({ download }: { download: DownloadState }) {
  const { repo, precision, state, files, message } = download;
  const models = useLab((s) => s.engine.models);
  const fetchModel = useLab((s) => s.download);
  const { done, of } = downloadedOf(download);
  const still = state === 'paused' || state === 'failed';
  return (
    <div className={styles.download} role="group" aria-label={`Download of ${repo}`} data-state={state}>
      <div className={styles.progress}>
        <Progress
          value={of > 0 ? (100 * done) / of : 0}
          animated={state === 'running'}
          aria-label={`Share of ${repo} that is here`}
        />
        <span className={styles.path}>{downloadWords(download)}</span>
        <PauseButtons
          still={still}
          onGoOn={() => void fetchModel(repo, precision)}
          onPause={() => models.pause(repo)}
          onCancel={() => models.cancel(repo)}
        />
      </div>
      {message !== undefined && (
        <p className={state === 'failed' ? styles.failed : styles.note} role="status">
          {message}
        </p>
      )}
      {files.length > 0 && (
        <Fold summary={counted(files.length, 'file', 'files')}>
          <ul className={styles.files}>
            {files.map((file) => (
              <li key={file.path}>
                <span className={styles.path}>{file.path}</span>
                <Progress
                  size="xs"
                  value={file.of > 0 ? (100 * file.done) / file.of : 0}
                  aria-label={`Share of ${file.path} that is here`}
                />
                <small>
                  {bytesWords(file.done)} of {bytesWords(file.of)}
                </small>
              </li>
            ))}
          </ul>
        </Fold>
      )}
    </div>
  );
}
