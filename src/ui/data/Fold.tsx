import type { ReactNode } from 'react';
import type { LeftOut } from '../../engine/intake/types.ts';
import { counted } from '../evidence/tasks/words.ts';
import { styles } from './styles.ts';

/** Of a long list as many are drawn as a person reads. */
const MAX_SHOWN = 200;

/** A list of what was left out with the reasons, folded. */
export function LeftOutList({
  items,
  one,
  many,
  open,
}: {
  items: readonly LeftOut[];
  one: string;
  many: string;
  open?: boolean;
}) {
  if (items.length === 0) return null;
  return (
    <Fold summary={`${counted(items.length, one, many)} left out`} {...(open && { open })}>
      <ul className={styles.leftOut}>
        {items.slice(0, MAX_SHOWN).map(({ path, reason }, i) => (
          <li key={`${i} ${path}`}>
            <span className={styles.path}>{path}</span>
            <span>{reason}</span>
          </li>
        ))}
        {items.length > MAX_SHOWN && <li>… and {items.length - MAX_SHOWN} more</li>}
      </ul>
    </Fold>
  );
}

/** Something that is there for whoever looks for it. */
export function Fold({
  summary,
  children,
  open,
  onOpen,
}: {
  summary: ReactNode;
  children: ReactNode;
  open?: boolean;
  onOpen?: () => void;
}) {
  return (
    <details
      className={styles.fold}
      open={open}
      onToggle={({ currentTarget }) => currentTarget.open && onOpen?.()}
    >
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

/** Notes a person should read. */
export function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul className={styles.notes}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
