import { memo, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { Column as ColumnData, RankedRow } from '../../state/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { FurtherRow, ListRow, type RowProps } from './Row.tsx';
import type { CarriedFocus } from './useCarriedFocus.ts';
import styles from './Ranking.module.css';

export interface ColumnProps {
  id: string;
  title: string;
  note: string;
  color: string;
  ink: string;
  data: ColumnData;
  gallery: Modality;
  nGallery: number;
  /** The column on the stage is quieter around it and louder in itself. */
  stage: boolean;
  /** Ranks elsewhere, for the arrows of moved rows. */
  comparedWith?: ReadonlyMap<number, number> | undefined;
  baseName: string;
  /** The row whose explanation is open; it is shown below the list where it is not in it. */
  explained?: RankedRow | undefined;
  /** Opens or closes the explanation of an item; left out where scores are not explained. Keep it stable. */
  onWhy?: ((index: number) => void) | undefined;
}

/**
 * One ranking, its rows in the order of their ranks. Rows keep their identity, so a changed rank glides. Kept as it is
 * while its own data stays: a drag touches the current column alone.
 */
export const Column = memo(function Column(props: ColumnProps) {
  const { title, note, color, ink, data, gallery, nGallery, stage, explained } = props;
  const [whyPx, setWhyPx] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const place = useRef<HTMLButtonElement>(null);
  const carried = useRef<CarriedFocus>(undefined);
  useLayoutEffect(() => {
    carried.current = undefined;
  });
  /** The row below the list goes with its explanation: the focus stays with what stands nearest. */
  const closeFurther = (index: number) => {
    (place.current ?? list.current?.lastElementChild?.querySelector<HTMLElement>('[aria-expanded]'))?.focus();
    props.onWhy?.(index);
  };
  const common = (row: RankedRow): RowProps => ({
    row,
    gallery,
    nGallery,
    before: props.comparedWith?.get(row.index),
    compared: props.comparedWith !== undefined,
    baseName: props.baseName,
    open: row.index === explained?.index,
    onWhy: props.onWhy,
    onWhyHeight: setWhyPx,
    carried,
  });
  const nRows = data.kind === 'ranked' ? data.rows.length : 0;
  const openInside = explained !== undefined && explained.rank <= nRows;
  const size = { '--n': nRows, '--why': openInside ? `${whyPx}px` : '0px' } as React.CSSProperties;
  return (
    <section
      className={styles.column}
      data-stage={stage || undefined}
      data-column={props.id}
      style={{ '--column': color, '--ink': ink } as React.CSSProperties}
      aria-label={`${title}, ${note}`}
    >
      <header className={styles.columnHead}>
        <h3 tabIndex={-1}>{title}</h3>
        <span className={styles.note}>{note}</span>
        {data.kind === 'ranked' && data.right.length > 0 && (
          <Hint
            text={`Rank of the best right answer among ${nGallery} ${MODALITY_WORDS[gallery].many}. A tie goes to the lower index.`}
          >
            <span
              className={styles.best}
              role="img"
              tabIndex={0}
              aria-label={`Right answer at rank ${data.right[0]!.rank}`}
            >
              #{data.right[0]!.rank}
            </span>
          </Hint>
        )}
      </header>
      {data.kind === 'absent' ? (
        <p className={styles.absent}>{data.reason}</p>
      ) : (
        <>
          <ol ref={list} className={styles.rows} style={size}>
            {data.rows.map((row) => (
              <ListRow key={row.id} {...common(row)} shifted={openInside && row.rank > explained.rank} />
            ))}
          </ol>
          <BelowTheList
            right={data.right}
            nShown={nRows}
            explained={explained}
            onWhy={props.onWhy}
            button={place}
          />
          {explained && !openInside && <FurtherRow {...common(explained)} onWhy={closeFurther} />}
        </>
      )}
    </section>
  );
});

interface BelowProps {
  right: readonly RankedRow[];
  nShown: number;
  explained: RankedRow | undefined;
  onWhy: ((index: number) => void) | undefined;
  /** The button that opens the first of them. */
  button: RefObject<HTMLButtonElement | null>;
}

/** Says where right answers are that are not among the rows; where scores are explained, a click opens the first of them. */
function BelowTheList({ right, nShown, explained, onWhy, button }: BelowProps) {
  const [first] = right;
  if (!first)
    return <p className={styles.below}>No answer is marked for this query: judge by eye and ear.</p>;
  const next = right.find(({ rank }) => rank > nShown);
  const place = next && (
    <Place row={next} open={next.index === explained?.index} onWhy={onWhy} button={button} />
  );
  if (first === next)
    return (
      <p className={styles.below}>
        The right answer is further down, at <span className={styles.nextRight}>{place}.</span>
      </p>
    );
  const inside = right.filter(({ rank }) => rank <= nShown).length;
  return (
    <p className={styles.below}>
      {inside} of {right.length} right {right.length === 1 ? 'answer' : 'answers'} in these {nShown}
      {onWhy && next && <>, the next at {place}</>}
    </p>
  );
}

type PlaceProps = { row: RankedRow; open: boolean } & Pick<BelowProps, 'onWhy' | 'button'>;

function Place({ row, open, onWhy, button }: PlaceProps) {
  if (!onWhy) return <>#{row.rank}</>;
  return (
    <button
      ref={button}
      type="button"
      className={styles.place}
      aria-expanded={open}
      aria-label={`Why rank ${row.rank}: the right answer further down`}
      title="Show it, and what its score is made of"
      onClick={() => onWhy(row.index)}
    >
      #{row.rank}
    </button>
  );
}
