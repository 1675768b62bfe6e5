import { ActionIcon, Select } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useEffect, useMemo, useState, type CSSProperties } from 'react';
import { messageOf } from '../../../base/errors.ts';
import type { Modality } from '../../../base/modality.ts';
import { meanOf, recipeOf } from '../../../state/selectors.ts';
import { N_ROWS, type RankingModel } from '../../../state/rankingModel.ts';
import type { Query } from '../../../state/types.ts';
import { ItemMark } from '../../ranking/Row.tsx';
import { Hint } from '../../shared/Hint.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixColor, mixInk } from '../../shared/mix.ts';
import { MODALITY_WORDS, ModalityShape } from '../../shared/modality.tsx';
import { FactorBars } from './FactorBars.tsx';
import { Links } from './Links.tsx';
import { pairLists, type PairedLists, type PairedRow } from './lists.ts';
import { masksNow, membersKey, sideOptions, type Side } from './sides.ts';
import { styles } from './styles.ts';

/** What was prepared, and for what. */
interface Told {
  recipeId: string;
  query: Query;
  gallery: Modality;
  masks: Record<string, boolean[]>;
  model?: RankingModel;
  failed?: string;
}

/** The prepared query under a recipe, or why there is none; prepared when it is not at hand. */
function useModel(recipeId: string): { model: RankingModel | undefined; failed: string | undefined } {
  const store = useLabStore();
  const query = useLab((s) => s.query);
  const gallery = useLab((s) => s.gallery);
  const masks = useLab((s) => s.masks);
  const [told, setTold] = useState<Told>();
  useEffect(() => {
    let late = false;
    const tell = (found: Pick<Told, 'model' | 'failed'>) => {
      if (!late) setTold({ recipeId, query, gallery, masks, ...found });
    };
    store
      .getState()
      .prepareModel(recipeId)
      .then(
        (model) => tell({ model }),
        (error: unknown) => tell({ failed: messageOf(error) }),
      );
    return () => {
      late = true;
    };
  }, [store, recipeId, query, gallery, masks]);
  const fits =
    told?.recipeId === recipeId && told.query === query && told.gallery === gallery && told.masks === masks;
  const model = store.getState().prepared(recipeId) ?? (fits ? told.model : undefined);
  return { model, failed: model || !fits ? undefined : told.failed };
}

/** The page's query ranked at two settings, row against row. */
export function TwoRankings({ a, b }: { a: Side; b: Side }) {
  const query = useLab((s) => s.query);
  const gallery = useLab((s) => s.gallery);
  const masks = useLab((s) => s.masks);
  const caption = useLab((s) =>
    query.kind === 'own' ? query.label : s.engine.manifest[query.modality][query.index]!.caption,
  );
  const [forA, forB] = [useModel(a.recipe.id), useModel(b.recipe.id)];
  const failed = forA.failed ?? forB.failed;
  const others = [a, b].filter(
    (side) => membersKey(side.masks) !== membersKey(masksNow({ masks }, side.recipe)),
  );
  const [modelA, modelB] = [forA.model, forB.model];
  const lists = useMemo(
    () =>
      modelA &&
      modelB &&
      pairLists({ model: modelA, factors: a.factors }, { model: modelB, factors: b.factors }, N_ROWS),
    [modelA, modelB, a.factors, b.factors],
  );
  return (
    <section className={styles.two} aria-label="Two rankings">
      <p className={styles.asked}>
        <ModalityShape modality={query.modality} sizePx={10} /> <b>{caption}</b>, asked of all{' '}
        {MODALITY_WORDS[gallery].many}
      </p>
      <Heads a={a} b={b} />
      {failed !== undefined ? (
        <p className={styles.message} role="alert">
          {failed}
        </p>
      ) : others.length > 0 ? (
        <p className={styles.message}>
          “{others[0]!.name}” has other members switched on than now: use it once to rank with them.
        </p>
      ) : lists ? (
        <Lists lists={lists} gallery={gallery} a={a} b={b} />
      ) : (
        <p className={styles.message} role="status">
          Loading the vectors …
        </p>
      )}
    </section>
  );
}

function Heads({ a, b }: { a: Side; b: Side }) {
  const sides = useLab((s) => s.sides);
  const set = useLab((s) => s.set);
  return (
    <div className={styles.heads}>
      <SideHead which="a" side={a} />
      <Hint text="Change sides">
        <ActionIcon
          className={styles.swap!}
          variant="default"
          size={36}
          aria-label="Change sides"
          onClick={() => set({ sides: { a: b.id, b: a.id } })}
          disabled={sides.a === sides.b}
        >
          <IconArrowsExchange size={18} aria-hidden />
        </ActionIcon>
      </Hint>
      <SideHead which="b" side={b} />
    </div>
  );
}

function SideHead({ which, side }: { which: 'a' | 'b'; side: Side }) {
  const recipe = useLab(recipeOf);
  const snapshots = useLab((s) => s.snapshots);
  const sides = useLab((s) => s.sides);
  const set = useLab((s) => s.set);
  const mean = meanOf(side.factors);
  return (
    <div
      className={styles.sideHead}
      style={{ '--column': mixColor(mean), '--ink': mixInk(mean) } as CSSProperties}
    >
      <b className={styles.letter}>{which.toUpperCase()}</b>
      <Select
        className={styles.choose!}
        aria-label={`Side ${which.toUpperCase()}`}
        size="sm"
        allowDeselect={false}
        value={side.id}
        data={sideOptions({ snapshots }, recipe)}
        onChange={(id) => id && set({ sides: { ...sides, [which]: id } })}
      />
      <span className={styles.recipe}>{side.recipe.name}</span>
      <FactorBars recipe={side.recipe} factors={side.factors} />
    </div>
  );
}

function Lists({ lists, gallery, a, b }: { lists: PairedLists; gallery: Modality; a: Side; b: Side }) {
  const [near, setNear] = useState<number>();
  const column = (which: 'a' | 'b', side: Side) => (
    <ol
      className={styles.list}
      data-side={which}
      aria-label={`Side ${which.toUpperCase()}: ${side.name}`}
      style={
        { '--column': mixColor(meanOf(side.factors)), '--ink': mixInk(meanOf(side.factors)) } as CSSProperties
      }
    >
      {lists[which].map((row) => (
        <Row
          key={row.id}
          row={row}
          which={which}
          gallery={gallery}
          near={near === row.index}
          onNear={(on) => setNear(on ? row.index : undefined)}
        />
      ))}
    </ol>
  );
  return (
    <>
      <div className={styles.lists}>
        {column('a', a)}
        <Links lists={lists} near={near} />
        {column('b', b)}
      </div>
      <RightAnswers right={lists.right} />
    </>
  );
}

interface RowProps {
  row: PairedRow;
  which: 'a' | 'b';
  gallery: Modality;
  near: boolean;
  onNear: (on: boolean) => void;
}

function Row({ row, which, gallery, near, onNear }: RowProps) {
  const caption = useLab((s) => s.engine.manifest[gallery][row.index]!.caption);
  return (
    <li
      className={styles.row}
      data-id={row.id}
      data-right={row.right || undefined}
      data-near={near || undefined}
      onPointerEnter={() => onNear(true)}
      onPointerLeave={() => onNear(false)}
      onFocus={() => onNear(true)}
      onBlur={() => onNear(false)}
    >
      <span className={styles.rank}>{row.rank}</span>
      <ItemMark modality={gallery} index={row.index} id={row.id} caption={caption} />
      <span className={styles.caption} title={caption}>
        {caption}
        {row.right && <b> ✓ right</b>}
      </span>
      <Move row={row} which={which} />
      <span className={styles.score} title="Cosine between the query and this item">
        {row.score.toFixed(2)}
      </span>
    </li>
  );
}

/** On b how an item has moved; on both, that the other side does not show it, and where it stands there. */
function Move({ row, which }: { row: PairedRow; which: 'a' | 'b' }) {
  if (!row.shared) {
    const only = `Only in ${which.toUpperCase()}: #${row.other} in ${which === 'a' ? 'B' : 'A'}`;
    return (
      <span className={styles.move} data-way={which === 'a' ? 'down' : 'up'} title={only}>
        <span aria-hidden="true">
          {which === 'a' ? 'out' : 'new'} <small>#{row.other}</small>
        </span>
        <span className={styles.unseen}>{only}</span>
      </span>
    );
  }
  const by = row.other - row.rank;
  if (which === 'a' || by === 0) return null;
  return (
    <span className={styles.move} data-way={by > 0 ? 'up' : 'down'} title={`#${row.other} in A`}>
      {by > 0 ? '▲' : '▼'}
      {Math.abs(by)}
    </span>
  );
}

function RightAnswers({ right }: { right: PairedLists['right'] }) {
  const [best] = right;
  if (!best) {
    return <p className={styles.note}>No answer is marked for this query: judge by eye and ear.</p>;
  }
  const onA = Math.min(...right.map(({ a }) => a));
  return (
    <p className={styles.note}>
      Best right answer: <b>#{onA}</b> in A, <b>#{best.b}</b> in B
      {right.length > 1 && `, of ${right.length} right ones`}. <i>Out</i>: only in A; <i>new</i>: only in B;
      with the place on the other side.
    </p>
  );
}
