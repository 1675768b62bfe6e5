import { SegmentedControl } from '@mantine/core';
import type { Modality } from '../../base/modality.ts';
import { recipeOf } from '../../state/selectors.ts';
import { galleriesServed } from '../../state/served.ts';
import { ItemThumb, type ThumbItem } from '../shared/ItemThumb.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import { atlasOf, lookOf } from '../shared/itemLook.ts';
import styles from './Ranking.module.css';

/** What is asked, large, and what it is asked of. */
export function QueryCard() {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const query = useLab((s) => s.query);
  const gallery = useLab((s) => s.gallery);
  const setGallery = useLab((s) => s.setGallery);
  const playing = useLab((s) => s.playing);
  const play = useLab((s) => s.play);
  const own = useLab((s) => s.own);
  const dismiss = useLab((s) => s.dismissOwn);
  const item: ThumbItem =
    query.kind === 'item'
      ? lookOf(engine, query.modality, query.index)
      : { modality: query.modality, caption: query.label, url: query.url };
  const id = query.kind === 'item' ? engine.manifest[query.modality][query.index]!.id : undefined;
  return (
    <div className={styles.queryBar}>
      <div className={styles.ownWords} role="status">
        {own.status === 'working' && <p className={styles.own}>{own.words}</p>}
      </div>
      {own.status === 'failed' && (
        <div className={styles.own} data-failed role="alert">
          <span>{own.message}</span>
          <button type="button" onClick={dismiss}>
            Close
          </button>
        </div>
      )}
      <div className={styles.query}>
        {query.kind === 'item' && query.modality === 'audio' ? (
          <button
            type="button"
            className={styles.play}
            style={{ height: 64 }}
            aria-pressed={playing === id}
            aria-label="Play the query"
            onClick={() => play(query.index)}
          >
            <span aria-hidden="true">{playing === id ? '■' : '▶'}</span>
            <ItemThumb item={item} atlas={atlasOf(engine)} sizePx={60} />
          </button>
        ) : (
          query.modality !== 'text' && <ItemThumb item={item} atlas={atlasOf(engine)} sizePx={64} />
        )}
        <div className={styles.queryWords}>
          <div className={styles.kicker}>
            <ModalityShape modality={query.modality} sizePx={10} />
            {query.kind === 'own'
              ? `Your ${MODALITY_WORDS[query.modality].one}, encoded here in ${Math.round(query.encodeMs)} ms`
              : `Query: a ${MODALITY_WORDS[query.modality].one} of the collection`}
          </div>
          <h2 className={styles.queryCaption} data-testid="query">
            {item.caption}
          </h2>
        </div>
        <SegmentedControl
          orientation="horizontal"
          size="sm"
          aria-label="Ranked"
          value={gallery}
          onChange={(next) => setGallery(next as Modality)}
          data={galleriesServed(engine, recipe, query.modality).map((modality) => ({
            value: modality,
            label: (
              <span style={{ display: 'inline-flex', alignItems: 'center', gap: 6 }}>
                <ModalityShape modality={modality} sizePx={10} /> {MODALITY_WORDS[modality].many}
              </span>
            ),
          }))}
        />
      </div>
    </div>
  );
}
