import type { ReactNode } from 'react';
import type { Modality } from '../../../base/modality.ts';
import { CollectionThumb } from '../../shared/CollectionThumb.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

export interface ItemLineProps {
  modality: Modality;
  /** In the collection's list of its modality. */
  index: number;
  sizePx?: number;
  /** What is said of it, at its end. */
  children?: ReactNode;
}

/** An item of the collection in one line: its picture or waveform, which plays it, and its caption. */
export function ItemLine({ modality, index, sizePx = 30, children }: ItemLineProps) {
  const { caption, id } = useLab((s) => s.engine.manifest[modality][index]!);
  const play = useLab((s) => s.play);
  const playing = useLab((s) => s.playing === id);
  const thumb = <CollectionThumb modality={modality} index={index} sizePx={sizePx} />;
  return (
    <span className={styles.item}>
      {modality === 'audio' ? (
        <button
          type="button"
          className={styles.play}
          aria-pressed={playing}
          aria-label={`Play: ${caption}`}
          onClick={() => play(index)}
        >
          <span aria-hidden="true">{playing ? '■' : '▶'}</span>
          {thumb}
        </button>
      ) : (
        modality === 'image' && thumb
      )}
      <span className={styles.caption} title={caption}>
        {caption}
      </span>
      {children}
    </span>
  );
}
