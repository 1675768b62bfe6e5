import { useState } from 'react';
import { effectSize, type QueryEffect } from '../../../state/evidence/figures.ts';
import type { TaskInfo } from '../../../world/types.ts';
import { CollectionThumb } from '../../shared/CollectionThumb.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

const N_SHOWN = 12;

/** Queries in the order given, each with its move; a click opens the query. */
export function EffectList({
  title,
  about,
  none,
  effects,
  info,
  onOpen,
}: {
  title: string;
  about: string;
  /** Said where there are none. */
  none: string;
  effects: readonly QueryEffect[];
  info: TaskInfo;
  onOpen: (effect: QueryEffect) => void;
}) {
  const [shown, setShown] = useState(N_SHOWN);
  const more = Math.min(N_SHOWN, effects.length - shown);
  return (
    <section className={styles.list} aria-label={title}>
      <h3>
        {title} <small>{about}</small>
      </h3>
      {effects.length === 0 && <p className={styles.quiet}>{none}</p>}
      <ol>
        {effects.slice(0, shown).map((effect) => (
          <EffectRow key={effect.position} effect={effect} info={info} onOpen={onOpen} />
        ))}
      </ol>
      <p className={styles.more}>
        {more > 0 && (
          <button type="button" onClick={() => setShown(shown + more)}>
            Show {more} more of {effects.length - shown}
          </button>
        )}
        {shown > N_SHOWN && (
          <button type="button" onClick={() => setShown(N_SHOWN)}>
            Show the first {N_SHOWN}
          </button>
        )}
      </p>
    </section>
  );
}

function EffectRow({
  effect,
  info,
  onOpen,
}: {
  effect: QueryEffect;
  info: TaskInfo;
  onOpen: (effect: QueryEffect) => void;
}) {
  const { queryModality: modality, relevant, classes, nGallery } = info;
  const { index, before, after } = effect;
  const { caption, id } = useLab((s) => s.engine.manifest[modality][index]!);
  const play = useLab((s) => s.play);
  const playing = useLab((s) => s.playing === id);
  const thumb = <CollectionThumb modality={modality} index={index} sizePx={32} />;
  const right = classes?.[relevant[effect.position]![0]!];
  return (
    <li className={styles.row} data-way={after < before ? 'helped' : 'hurt'}>
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
        modality === 'image' && <span className={styles.thumb}>{thumb}</span>
      )}
      <button
        type="button"
        className={styles.open}
        title={`${caption}: rank ${before} at the base, ${after} here, of ${nGallery}. Click: open it in the lab at this setting.`}
        onClick={() => onOpen(effect)}
      >
        <span className={styles.caption}>
          {caption}
          {right !== undefined && <small> class: {right}</small>}
        </span>
        <span className={styles.move}>
          <span className={styles.before}>{before}</span>
          <Slope before={before} after={after} nGallery={nGallery} />
          <b>{after}</b>
        </span>
        <span className={styles.unseen}>
          , moved from rank {before} to rank {after}, {Math.exp(Math.abs(effectSize(effect))).toFixed(1)}-fold
        </span>
      </button>
    </li>
  );
}

/** A move from rank to rank, the first at the top, on a log scale: equal slopes are equal ratios. */
function Slope({ before, after, nGallery }: { before: number; after: number; nGallery: number }) {
  const y = (rank: number) => 4 + (20 * Math.log(rank)) / Math.log(Math.max(2, nGallery));
  return (
    <svg className={styles.slope} width="44" height="28" viewBox="0 0 44 28" aria-hidden="true">
      <path d={`M4 ${y(before)}L40 ${y(after)}`} />
      <circle className={styles.from} cx="4" cy={y(before)} r="3" />
      <circle className={styles.to} cx="40" cy={y(after)} r="3.5" />
    </svg>
  );
}
