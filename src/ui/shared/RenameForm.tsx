import { ActionIcon, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';

/** Sizes of the field, its buttons and their signs, by the room there is. */
const SIZES = {
  sm: { field: 'sm', button: 'lg', iconPx: 16 },
  xs: { field: 'xs', button: 'md', iconPx: 15 },
} as const;

interface RenameFormProps {
  name: string;
  size: keyof typeof SIZES;
  className: string | undefined;
  onName: (name: string) => void;
  onDone: () => void;
}

/** Another name for something: given up with Escape, kept where it is another. */
export function RenameForm({ name, size, className, onName, onDone }: RenameFormProps) {
  const { field, button, iconPx } = SIZES[size];
  const [value, setValue] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDone();
    if (value.trim() !== name) onName(value.trim());
  };
  return (
    <form className={className} onSubmit={submit} onKeyDown={({ key }) => key === 'Escape' && onDone()}>
      <TextInput
        size={field}
        aria-label={`New name of ${name}`}
        data-autofocus
        autoFocus
        value={value}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
      />
      <ActionIcon
        type="submit"
        variant="default"
        size={button}
        aria-label="Keep this name"
        disabled={value.trim() === ''}
      >
        <IconCheck size={iconPx} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={button}
        aria-label="Leave the name as it is"
        onClick={onDone}
      >
        <IconX size={iconPx} />
      </ActionIcon>
    </form>
  );
}
