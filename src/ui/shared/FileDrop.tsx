import { Button } from '@mantine/core';
import { IconFile, IconFolder } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ChangeEvent, type DragEvent, type ReactNode } from 'react';
import type { NamedFile } from '../../engine/exchange/types.ts';
import { chosenFiles, droppedFiles } from './droppedFiles.ts';
import styles from './FileDrop.module.css';

interface FileDropProps {
  /** Name of the place, read out. */
  label: string;
  /** What may come in, in words. */
  children: ReactNode;
  /** Files of the dialogue, as of <input accept>; all where it is left out. */
  accept?: string;
  /** Folders come in, too. */
  folders?: boolean;
  large?: boolean;
  onFiles: (given: Promise<NamedFile[]>) => void;
}

/** A place where files come in: dropped, or chosen with a button. */
export function FileDrop({ label, children, accept, folders = true, large, onFiles }: FileDropProps) {
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => {
    folder.current?.setAttribute('webkitdirectory', '');
  }, []);
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const { files: list } = event.currentTarget;
    if (!list || list.length === 0) return;
    // Read at once: emptied, the field forgets them. The same file again is another choice.
    onFiles((async () => chosenFiles(list))());
    event.currentTarget.value = '';
  };
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(inside);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    // The face around it takes drops, too.
    event.stopPropagation();
    setOver(false);
    onFiles(droppedFiles(event.dataTransfer));
  };
  return (
    <div
      className={styles.drop}
      data-over={over || undefined}
      data-large={large || undefined}
      role="group"
      aria-label={label}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={drop}
    >
      {children}
      <div className={styles.buttons}>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconFile size={16} aria-hidden />}
          onClick={() => files.current?.click()}
        >
          Choose files
        </Button>
        {folders && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconFolder size={16} aria-hidden />}
            onClick={() => folder.current?.click()}
          >
            Choose a folder
          </Button>
        )}
      </div>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        {...(accept !== undefined && { accept })}
        aria-label="Files"
        onChange={chosen}
      />
      {folders && <input ref={folder} type="file" hidden multiple aria-label="Folder" onChange={chosen} />}
    </div>
  );
}
