import { useLab } from '../shared/LabContext.tsx';
import styles from './Notice.module.css';

/** What went wrong, in words, until it is closed; everything else goes on. */
export function Notice() {
  const notice = useLab((s) => s.notice);
  const fail = useLab((s) => s.fail);
  if (!notice) return null;
  return (
    <div className={styles.notice} role="alert">
      <p>{notice}</p>
      <button type="button" onClick={() => fail(undefined)}>
        Close
      </button>
    </div>
  );
}
