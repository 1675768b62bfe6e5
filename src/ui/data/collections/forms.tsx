import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { styles } from '../styles.ts';

/** Another name for something. */
export function RenameForm(props: { name: string; onName: (name: string) => void; onDone: () => void }) {
  const { name, onName, onDone } = props;
  const [value, setValue] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDone();
    if (value.trim() !== name) onName(value.trim());
  };
  return (
    <form className={styles.rename} onSubmit={submit} onKeyDown={({ key }) => key === 'Escape' && onDone()}>
      <TextInput
        size="sm"
        aria-label={`New name of ${name}`}
        autoFocus
        value={value}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
      />
      <ActionIcon
        type="submit"
        variant="default"
        size="lg"
        aria-label="Keep this name"
        disabled={value.trim() === ''}
      >
        <IconCheck size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label="Leave the name as it is"
        onClick={onDone}
      >
        <IconX size={16} />
      </ActionIcon>
    </form>
  );
}

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
