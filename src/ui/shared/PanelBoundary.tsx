import { Component, type ReactNode } from 'react';
import { messageOf } from '../../base/errors.ts';
import styles from './Failure.module.css';

interface PanelBoundaryProps {
  name: string;
  children: ReactNode;
  /** Where the words go when the panel is no place of its own on the page, such as a drawer. */
  frame?: (failure: ReactNode) => ReactNode;
}

/** A panel that fails says so; the others go on. */
export class PanelBoundary extends Component<PanelBoundaryProps, { message: string | undefined }> {
  override state: { message: string | undefined } = { message: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { message: messageOf(error) };
  }

  override render() {
    const { message } = this.state;
    const { name, children, frame } = this.props;
    if (message === undefined) return children;
    const failure = (
      <div className={styles.panel} role="alert">
        <p>
          {name} could not be shown: {message}
        </p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    );
    return frame ? frame(failure) : failure;
  }
}
