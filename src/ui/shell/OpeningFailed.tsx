import styles from '../shared/Failure.module.css';

/** The embedded world is not there: what happened, and what to do. */
export function OpeningFailed({ message }: { message: string }) {
  return (
    <main className={styles.failed} role="alert">
      <h1>Bondlab could not open</h1>
      <p>{message}</p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}
