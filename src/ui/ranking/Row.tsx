import { IconPin, IconPinFilled } from '@tabler/icons-react';
import { useId, useRef, type RefObject } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { RankedRow } from '../../state/types.ts';
import { CollectionThumb } from '../shared/CollectionThumb.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { useCarriedFocus, type CarriedFocus } from './useCarriedFocus.ts';
import { useGlide } from './useGlide.ts';
import { WhyPanel } from './WhyPanel.tsx';
import styles from './Ranking.module.css';

export interface RowProps {
  row: RankedRow;
  gallery: Modality;
  nGallery: number;
  /** Its rank at the base, where the column is compared with it. */
  before: number | undefined;
  compared: boolean;
  baseName: string;
  /** Its explanation is open. */
  open: boolean;
  /** Opens or closes its explanation; undefined in a column that has none. */
  onWhy: ((index: number) => void) | undefined;
  /** Height of its open explanation. */
  onWhyHeight: (px: number) => void;
  /** The focus on its way from the row's place in the list to its place below it, or back. */
  carried: RefObject<CarriedFocus | undefined>;
}

/** A row of the list, which lies where its rank says; `shifted` where an open explanation stands above it. */
export function ListRow({ shifted, ...props }: RowProps & { shifted: boolean }) {
  const { row, nGallery, open } = props;
  const element = useGlide(row.rank, shifted ? 1 : 0);
  useCarriedFocus(element, row.id, props.carried);
  return (
    <li
      ref={element}
      className={styles.row}
      data-id={row.id}
      data-right={row.right || undefined}
      data-open={open || undefined}
      style={{ '--rank': row.rank, '--shift': shifted ? 1 : 0 } as React.CSSProperties}
      aria-posinset={row.rank}
      aria-setsize={nGallery}
    >
      <Cells {...props} />
    </li>
  );
}

/** A row below the list: an item that is explained and stands further down. */
export function FurtherRow(props: RowProps) {
  const { row } = props;
  const element = useRef<HTMLDivElement>(null);
  useCarriedFocus(element, row.id, props.carried);
  return (
    <div
      ref={element}
      className={styles.further}
      data-id={row.id}
      data-right={row.right || undefined}
      role="group"
      aria-label={`Further down, at rank ${row.rank}`}
    >
      <Cells {...props} />
    </div>
  );
}

function Cells(props: RowProps) {
  const { row, gallery, before, compared, baseName, open, onWhy, onWhyHeight } = props;
  const why = useId();
  const caption = useLab((s) => s.engine.manifest[gallery][row.index]!.caption);
  const ask = useLab((s) => s.askItem);
  const score = row.score.toFixed(2);
  return (
    <>
      <div className={styles.cells}>
        <PinnableRank modality={gallery} index={row.index} rank={row.rank} caption={caption} />
        <ItemMark modality={gallery} index={row.index} id={row.id} caption={caption} />
        <button
          type="button"
          className={styles.caption}
          title={`${caption}. Click: make it the query.`}
          onClick={() => ask(gallery, row.index)}
        >
          {caption}
          {row.right && <span className={styles.rightMark}> ✓ right</span>}
        </button>
        <span className={styles.moved}>
          {compared && <Moved before={before} now={row.rank} baseName={baseName} />}
        </span>
        {onWhy ? (
          <button
            type="button"
            className={styles.score}
            aria-expanded={open}
            aria-controls={open ? why : undefined}
            aria-label={`Score ${score}: why rank ${row.rank}`}
            title="Cosine between the query and this item. Click: what it is made of."
            onClick={() => onWhy(row.index)}
          >
            {score}
          </button>
        ) : (
          <span className={styles.score} title="Cosine between the query and this item">
            {score}
          </span>
        )}
      </div>
      {open && onWhy && (
        <WhyPanel
          id={why}
          gallery={gallery}
          index={row.index}
          onClose={() => onWhy(row.index)}
          onHeight={onWhyHeight}
        />
      )}
    </>
  );
}

/** A picture, or a sound to play; of a text nothing, its words stand beside. */
export function ItemMark(props: { modality: Modality; index: number; id: string; caption: string }) {
  const { modality, index, id, caption } = props;
  const playing = useLab((s) => s.playing === id);
  const play = useLab((s) => s.play);
  if (modality === 'text') return null;
  if (modality === 'image') {
    return (
      <span className={styles.thumb}>
        <CollectionThumb modality={modality} index={index} sizePx={36} />
      </span>
    );
  }
  return (
    <button
      type="button"
      className={styles.play}
      aria-pressed={playing}
      aria-label={`Play: ${caption}`}
      onClick={() => play(index)}
    >
      <span className={styles.playMark} aria-hidden="true">
        {playing ? '■' : '▶'}
      </span>
      <CollectionThumb modality={modality} index={index} sizePx={30} />
    </button>
  );
}

/** The rank, which is a button that pins the item: the pin shows under the pointer, with the focus, and while it is pinned. */
function PinnableRank(props: { modality: Modality; index: number; rank: number; caption: string }) {
  const { modality, index, rank, caption } = props;
  const pinned = useLab((s) => s.pins.some((pin) => pin.modality === modality && pin.index === index));
  const togglePin = useLab((s) => s.togglePin);
  const Pin = pinned ? IconPinFilled : IconPin;
  return (
    <button
      type="button"
      className={styles.rank}
      aria-pressed={pinned}
      aria-label={`Rank ${rank}. Pin: ${caption}`}
      title={pinned ? 'Pinned: its rank is followed below. Click: no longer.' : 'Pin: follow its rank below'}
      onClick={() => togglePin(modality, index)}
    >
      <span>{rank}</span>
      <Pin className={styles.pin} size={12} aria-hidden />
    </button>
  );
}

/** How far an item moved against the base. */
function Moved({ before, now, baseName }: { before: number | undefined; now: number; baseName: string }) {
  if (before === now) return null;
  if (before === undefined) {
    return (
      <span className={styles.up} title={`Not among the rows at ${baseName}`}>
        ▲
      </span>
    );
  }
  const by = before - now;
  return (
    <span className={by > 0 ? styles.up : styles.down} title={`${baseName}: rank ${before}`}>
      {by > 0 ? '▲' : '▼'}
      {Math.abs(by)}
    </span>
  );
}
