import { useLab } from '../shared/LabContext.tsx';
import styles from './CountFailed.module.css';

/** What could not be counted, why, and the way to ask for it again. */
export function CountFailed({
  what,
  message,
  className,
}: {
  /** "The ends" */
  what: string;
  message: string;
  className?: string | undefined;
}) {
  const retry = useLab((s) => s.retryStudies);
  return (
    <p className={className} role="alert">
      {what} could not be counted: {message}{' '}
      <button type="button" className={styles.again} onClick={retry}>
        Try again
      </button>
    </p>
  );
}
