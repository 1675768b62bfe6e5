import { memo } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { Column as ColumnData, RankedRow } from '../../state/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { CollectionThumb } from '../shared/CollectionThumb.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { useGlide } from './useGlide.ts';
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
}

/**
 * One ranking, its rows in the order of their ranks. Rows keep their identity, so a changed rank glides. Kept as it is
 * while its own data stays: a drag touches the current column alone.
 */
export const Column = memo(function Column(props: ColumnProps) {
  const { title, note, color, ink, data, gallery, nGallery, stage, comparedWith, baseName } = props;
  return (
    <section
      className={styles.column}
      data-stage={stage || undefined}
      data-column={props.id}
      style={{ '--column': color, '--ink': ink } as React.CSSProperties}
      aria-label={`${title}, ${note}`}
    >
      <header className={styles.columnHead}>
        <h3>{title}</h3>
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
          <ol className={styles.rows} style={{ '--n': data.rows.length } as React.CSSProperties}>
            {data.rows.map((row) => (
              <Row
                key={row.id}
                row={row}
                gallery={gallery}
                nGallery={nGallery}
                before={comparedWith?.get(row.index)}
                compared={comparedWith !== undefined}
                baseName={baseName}
              />
            ))}
          </ol>
          <BelowTheList right={data.right} nShown={data.rows.length} />
        </>
      )}
    </section>
  );
});

/** Says where the right answer is when it is not among the rows. */
function BelowTheList({ right, nShown }: { right: readonly RankedRow[]; nShown: number }) {
  const first = right[0];
  if (!first)
    return <p className={styles.below}>No answer is marked for this query: judge by eye and ear.</p>;
  if (first.rank <= nShown) {
    const inside = right.filter(({ rank }) => rank <= nShown).length;
    return (
      <p className={styles.below}>
        {inside} of {right.length} right {right.length === 1 ? 'answer' : 'answers'} in these {nShown}
      </p>
    );
  }
  return <p className={styles.below}>The right answer is further down, at #{first.rank}.</p>;
}

function Row(props: {
  row: RankedRow;
  gallery: Modality;
  nGallery: number;
  before: number | undefined;
  compared: boolean;
  baseName: string;
}) {
  const { row, gallery, nGallery, before, compared, baseName } = props;
  const element = useGlide(row.rank);
  const caption = useLab((s) => s.engine.manifest[gallery][row.index]!.caption);
  const playing = useLab((s) => s.playing === row.id);
  const play = useLab((s) => s.play);
  const ask = useLab((s) => s.askItem);
  return (
    <li
      ref={element}
      className={styles.row}
      data-id={row.id}
      data-right={row.right || undefined}
      style={{ '--rank': row.rank } as React.CSSProperties}
      aria-posinset={row.rank}
      aria-setsize={nGallery}
    >
      <span className={styles.rank}>{row.rank}</span>
      {gallery === 'audio' ? (
        <button
          type="button"
          className={styles.play}
          aria-pressed={playing}
          aria-label={`${playing ? 'Stop' : 'Play'}: ${caption}`}
          onClick={() => play(row.index)}
        >
          <span className={styles.playMark} aria-hidden="true">
            {playing ? '■' : '▶'}
          </span>
          <CollectionThumb modality={gallery} index={row.index} sizePx={30} />
        </button>
      ) : (
        gallery === 'image' && (
          <span className={styles.thumb}>
            <CollectionThumb modality={gallery} index={row.index} sizePx={36} />
          </span>
        )
      )}
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
      <span className={styles.score} title="Cosine between the query and this item">
        {row.score.toFixed(2)}
      </span>
    </li>
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
