import type { Modality } from '../../base/modality.ts';
import { ModalityShape } from './modality.tsx';
import styles from './ItemThumb.module.css';

export interface ThumbItem {
  modality: Modality;
  caption: string;
  /** Index of its tile (pictures of the collection). */
  tile?: number | undefined;
  /** Heights of its waveform, 0..255 (sounds). */
  peaks?: Uint8Array | undefined;
  /** Address of a picture of the user's own. */
  url?: string | undefined;
}

export interface AtlasLook {
  url: string;
  tilePx: number;
  columns: number;
}

/** What an item looks like at a glance: its picture, its waveform, or the mark of a text. */
export function ItemThumb({ item, atlas, sizePx }: { item: ThumbItem; atlas: AtlasLook; sizePx: number }) {
  if (item.modality === 'image') {
    if (item.url) {
      return <img className={styles.picture} src={item.url} alt="" width={sizePx} height={sizePx} />;
    }
    if (item.tile === undefined) return <Blank modality="image" sizePx={sizePx} />;
    const x = item.tile % atlas.columns;
    const y = Math.floor(item.tile / atlas.columns);
    return (
      <span
        className={styles.picture}
        style={{
          width: sizePx,
          height: sizePx,
          backgroundImage: `url("${atlas.url}")`,
          backgroundSize: `${atlas.columns * sizePx}px auto`,
          backgroundPosition: `${-x * sizePx}px ${-y * sizePx}px`,
        }}
      />
    );
  }
  if (item.modality === 'audio' && item.peaks) {
    return <Waveform peaks={item.peaks} widthPx={sizePx * 1.5} heightPx={sizePx} />;
  }
  return <Blank modality={item.modality} sizePx={sizePx} />;
}

/** The mark of a modality, where there is nothing else to show. */
export function Blank({ modality, sizePx }: { modality: Modality; sizePx: number }) {
  return (
    <span className={styles.blank} style={{ width: sizePx, height: sizePx }}>
      <ModalityShape modality={modality} sizePx={sizePx * 0.4} />
    </span>
  );
}

/** The loudness of a sound from its start to its end; each bar's height is the peak of that stretch. */
export function Waveform({
  peaks,
  widthPx,
  heightPx,
}: {
  peaks: Uint8Array;
  widthPx: number;
  heightPx: number;
}) {
  const n = peaks.length;
  let path = '';
  for (let i = 0; i < n; i++) {
    const half = Math.max(0.6, (peaks[i]! / 255) * 11);
    path += `M${i + 0.5} ${12 - half}V${12 + half}`;
  }
  return (
    <svg
      className={styles.wave}
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${n} 24`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} stroke="currentColor" strokeWidth="0.62" fill="none" />
    </svg>
  );
}
