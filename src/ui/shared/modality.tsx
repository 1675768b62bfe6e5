import { splitDirection, type Modality } from '../../base/modality.ts';
import { isClassTask } from '../../world/tasks.ts';
import type { TaskId } from '../../world/types.ts';

/** What a person calls a modality, alone and in a sentence. */
export const MODALITY_WORDS: Readonly<Record<Modality, { one: string; many: string; slider: string }>> = {
  text: { one: 'text', many: 'texts', slider: 'Text' },
  image: { one: 'picture', many: 'pictures', slider: 'Image' },
  audio: { one: 'sound', many: 'sounds', slider: 'Audio' },
};

/** Modalities are shapes: picture a circle, sound a triangle, text a square. Drawn in the current colour. */
export function ModalityShape({ modality, sizePx = 12 }: { modality: Modality; sizePx?: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">
      {modality === 'image' && <circle cx="6" cy="6" r="5.2" />}
      {modality === 'audio' && <path d="M6 0.8 11.6 11H0.4Z" strokeLinejoin="round" />}
      {modality === 'text' && <rect x="1.2" y="1.2" width="9.6" height="9.6" rx="1.4" />}
    </svg>
  );
}

/** "sound → text", "sound → class" */
export function taskWords(task: TaskId): string {
  if (isClassTask(task)) return `${MODALITY_WORDS[task === 'audio>class' ? 'audio' : 'image'].one} → class`;
  const [from, to] = splitDirection(task);
  return `${MODALITY_WORDS[from].one} → ${MODALITY_WORDS[to].one}`;
}

/** A task's name between the shapes of its modalities. */
export function TaskName({ task }: { task: TaskId }) {
  const [from, to] = task.split('>') as [Modality, Modality | 'class'];
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 6, whiteSpace: 'nowrap' }}>
      <ModalityShape modality={from} sizePx={10} />
      {taskWords(task)}
      {to !== 'class' && <ModalityShape modality={to} sizePx={10} />}
    </span>
  );
}
