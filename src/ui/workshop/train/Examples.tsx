import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { memo, useMemo } from 'react';
import type { Modality } from '../../../base/modality.ts';
import type { MinedSet, PairExample, Pool, PoolItem } from '../../../engine/training/types.ts';
import { LETTERS } from '../../../math/pseudoPairs.ts';
import { ItemThumb } from '../../shared/ItemThumb.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS, ModalityShape } from '../../shared/modality.tsx';
import { shareBelow, shareColor, thirdsOf } from './pairFigures.ts';
import { styles } from './pairStyles.ts';

/** Examples of one set, from the most to the least similar. */
export function Examples({ set, pool }: { set: MinedSet; pool: Pool }) {
  const start = LETTERS[set.letter]!;
  const thirds = useMemo(() => thirdsOf(set.examples), [set]);
  const partners = set.examples[0]?.partners.map(({ modality }) => modality) ?? [];
  return (
    <div className={styles.scroll} role="region" aria-label="Examples of pairs" tabIndex={0}>
      <table className={styles.examples}>
        <thead>
          <tr>
            <th scope="col">This {MODALITY_WORDS[start].one}</th>
            {partners.map((modality) => (
              <th key={modality} scope="col">
                fetched this {MODALITY_WORDS[modality].one}
              </th>
            ))}
          </tr>
        </thead>
        {thirds.map(({ name, examples }) => (
          <tbody key={name}>
            <tr className={styles.third}>
              <th scope="colgroup" colSpan={1 + partners.length}>
                {name}
              </th>
            </tr>
            {examples.map((example) => (
              <ExampleRow key={example.start.index} example={example} set={set} pool={pool} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

const ExampleRow = memo(function ExampleRow(props: { example: PairExample; set: MinedSet; pool: Pool }) {
  const { example, set, pool } = props;
  const spaces = useLab((s) => s.spaces);
  const { start, partners } = example;
  return (
    <tr>
      <th scope="row">
        <Item modality={start.modality} item={pool.item(start.modality, start.index)} />
      </th>
      {partners.map(({ modality, index, space, similarity, via }) => {
        const spread = set.similarity[`${start.modality}>${modality}`];
        const share = spread ? shareBelow(similarity, spread) : 0.5;
        const by = spaces.find(({ id }) => id === space)?.name ?? space;
        return (
          <td key={modality}>
            <Item modality={modality} item={pool.item(modality, index)} />
            <span
              className={styles.cosine}
              title={`More similar than ${Math.round(100 * share)} % of these pairs. Cosine ${similarity.toFixed(3)} in ${by}${via ? `, with the ${MODALITY_WORDS[via].one} beside it` : ''}`}
            >
              <span className={styles.bar} aria-hidden="true">
                <i style={{ width: `${100 * share}%`, background: shareColor(share) }} />
              </span>
              {similarity.toFixed(2)}
              <small>
                {share >= 0.9 ? 'top tenth' : share <= 0.1 ? 'lowest tenth' : ''}
                {via && ` via ${MODALITY_WORDS[via].one}`}
              </small>
            </span>
          </td>
        );
      })}
    </tr>
  );
});

const TILE_PX = 44;

/** An item of a pool: its picture, its words, or a button that plays it. */
function Item({ modality, item: { label, picture, play } }: { modality: Modality; item: PoolItem }) {
  const attempt = useLab((s) => s.attempt);
  if (picture) {
    const { atlas: url, tile, ...rest } = picture;
    return (
      <span className={styles.item}>
        <ItemThumb item={{ modality, caption: label, tile }} atlas={{ url, ...rest }} sizePx={TILE_PX} />
        <span className={styles.label}>{label}</span>
      </span>
    );
  }
  if (play) {
    return (
      <span className={styles.item}>
        <button
          type="button"
          className={styles.play}
          aria-label={`Play or stop ${label}`}
          onClick={() => void attempt(play)}
        >
          <IconPlayerPlayFilled size={14} aria-hidden />
        </button>
        <span className={styles.label}>{label}</span>
      </span>
    );
  }
  return (
    <span className={styles.item}>
      <span className={styles.shape}>
        <ModalityShape modality={modality} sizePx={10} />
      </span>
      <span className={styles.label}>{label}</span>
    </span>
  );
}
