import { Component, type ReactNode } from 'react';
import { messageOf } from '../../base/errors.ts';
import styles from './OpeningFailed.module.css';

/** A panel that fails says so; the others go on. */
export class PanelBoundary extends Component<
  { name: string; children: ReactNode },
  { message: string | undefined }
> {
  override state: { message: string | undefined } = { message: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { message: messageOf(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <div className={styles.panel} role="alert">
        <p>
          {this.props.name} could not be shown: {message}
        </p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    );
  }
}
