import { ItemThumb } from '../shared/ItemThumb.tsx';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import type { MapAtlas, MapItem } from './types.ts';
import styles from './MapPanel.module.css';

const TILE_PX = 48;

export interface HoverCardProps {
  item: MapItem;
  atlas: MapAtlas;
  /** Place of the item on the stage. */
  xPx: number;
  yPx: number;
  isQuery: boolean;
  isRight: boolean;
}

/** What an item is, beside its mark: on the side with more room. Never in the way of the pointer. */
export function HoverCard({ item, atlas, xPx, yPx, isQuery, isRight }: HoverCardProps) {
  const role = isQuery ? 'the query' : isRight ? 'right answer' : undefined;
  const does = item.modality === 'audio' ? 'Click: play and ask' : 'Click: ask with it';
  return (
    <div
      className={styles.card}
      aria-hidden="true"
      // Percentages of the card's own size flip it to the other side without measuring it.
      style={{ '--x': `${xPx}px`, '--y': `${yPx}px` } as React.CSSProperties}
    >
      <ItemThumb item={item} atlas={atlas} sizePx={TILE_PX} />
      <div>
        <p className={styles.caption}>{item.caption}</p>
        <p className={styles.meta}>
          {MODALITY_WORDS[item.modality].one} · {item.category}
          {role && (
            <>
              {' '}
              · <strong>{role}</strong>
            </>
          )}
        </p>
        {!isQuery && <p className={styles.meta}>{does}</p>}
      </div>
    </div>
  );
}
