import { Button } from '@mantine/core';
import { styles } from './styles.ts';

/** Asks before something is gone. */
export function RemoveForm(props: {
  question: string;
  onRemove: () => void;
  onDone: () => void;
  words?: string;
}) {
  const { question, onRemove, onDone, words = 'Delete it' } = props;
  return (
    <div className={styles.confirm} role="alert" onKeyDown={({ key }) => key === 'Escape' && onDone()}>
      <span>{question}</span>
      <Button
        size="xs"
        color="red"
        autoFocus
        onClick={({ currentTarget }) => {
          // What had the focus goes: the list keeps it.
          currentTarget.closest<HTMLElement>('section[tabindex]')?.focus();
          onRemove();
        }}
      >
        {words}
      </Button>
      <Button size="xs" variant="default" onClick={onDone}>
        Keep it
      </Button>
    </div>
  );
}
