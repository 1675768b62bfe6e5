import { SegmentedControl } from '@mantine/core';
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { Column as ColumnData, LabState, Query, RankedRow } from '../../state/types.ts';
import { useLab, useLabStore } from '../shared/LabContext.tsx';
import { factorsOf, meanFactor, rankedExpert, recipeOf, spaceName } from '../../state/selectors.ts';
import { baseParts } from '../../state/workshop/recipesWords.ts';
import { mixColor, mixInk } from '../shared/mix.ts';
import { baseWords, factorWords } from '../shared/recipeWords.ts';
import { Column } from './Column.tsx';
import { PinnedList } from './PinnedList.tsx';
import styles from './Ranking.module.css';

/** Rank of every item of a column's rows and right answers, for the arrows of the others. */
function ranksOf(column: ColumnData): ReadonlyMap<number, number> {
  if (column.kind === 'absent') return new Map();
  return new Map([...column.rows, ...column.right].map(({ index, rank }) => [index, rank]));
}

/** The item whose explanation is open, and the query and gallery it was opened for: others close it. */
interface Opened {
  query: Query;
  gallery: Modality;
  index: number;
}

/**
 * The opened item's row at the current factors, wherever it stands; and what opens or closes an item's explanation. What is
 * opened is scrolled into view, once: a rank that changes later moves the explanation and not the page.
 */
function useExplained(
  current: ColumnData | undefined,
  columns: RefObject<HTMLElement | null>,
): {
  explained: RankedRow | undefined;
  onWhy: (index: number) => void;
} {
  const store = useLabStore();
  const query = useLab((s) => s.query);
  const gallery = useLab((s) => s.gallery);
  const [opened, setOpened] = useState<Opened>();
  const onWhy = useCallback(
    (index: number) => {
      const now = store.getState();
      setOpened((before) =>
        before?.index === index && before.query === now.query && before.gallery === now.gallery
          ? undefined
          : { query: now.query, gallery: now.gallery, index },
      );
    },
    [store],
  );
  useLayoutEffect(() => {
    if (!opened) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const behavior = still ? 'auto' : 'smooth';
    columns.current?.querySelector('[data-why]')?.scrollIntoView({ block: 'nearest', behavior });
  }, [opened, columns]);
  if (current?.kind !== 'ranked' || opened?.query !== query || opened.gallery !== gallery) {
    return { explained: undefined, onWhy };
  }
  const { index } = opened;
  const shown = [...current.rows, ...current.right].find((row) => row.index === index);
  return { explained: shown ?? rowFurtherDown(store.getState(), index), onWhy };
}

/** The row of an item that is neither among the first nor right. */
function rowFurtherDown(state: LabState, index: number): RankedRow | undefined {
  const model = state.prepared();
  if (!model?.has(index)) return undefined;
  const { id, score, rank, right } = model.explain(factorsOf(state), index);
  return { index, id, score, rank, right };
}

/** Gives the focus to the item's rank, on the stage first, or, where no shown column has it, to a shown column's heading. */
function focusRank(columns: HTMLElement, id: string): void {
  const row = `[data-id="${CSS.escape(id)}"] [aria-pressed]`;
  for (const selector of [`[data-stage] ${row}`, row, '[data-stage] h3', 'h3']) {
    const shown = [...columns.querySelectorAll<HTMLElement>(selector)].find((one) => one.checkVisibility());
    if (shown) return shown.focus();
  }
}

/** The query's ranking three times: at the base, at the current factors, and in the expert's own space. */
export function RankingColumns() {
  const ranking = useLab((s) => s.ranking);
  const gallery = useLab((s) => s.gallery);
  const factor = useLab(meanFactor);
  const factorNote = useLab(factorWords);
  const recipe = useLab(recipeOf);
  const spaces = useLab((s) => s.spaces);
  const base = baseParts(recipe, spaces);
  const baseName = useLab(baseWords);
  const expert = useLab((s) => spaceName(s, rankedExpert(s)));
  const baseColumn = ranking.status === 'ready' ? ranking.value.base : undefined;
  const baseRanks = useMemo(() => baseColumn && ranksOf(baseColumn), [baseColumn]);
  const stage = useRef<HTMLDivElement>(null);
  const { explained, onWhy } = useExplained(
    ranking.status === 'ready' ? ranking.value.current : undefined,
    stage,
  );
  const [shown, setShown] = useState<'base' | 'current' | 'expert'>('current');
  if (ranking.status === 'failed') {
    return (
      <p className={styles.message} role="alert">
        {ranking.message}
      </p>
    );
  }
  if (ranking.status !== 'ready') {
    return (
      <p className={styles.message} role="status">
        {ranking.status === 'loading' ? ranking.words : 'Loading the collection …'}
      </p>
    );
  }
  const { value } = ranking;
  const all: {
    id: typeof shown;
    title: string;
    note: string;
    color: string;
    ink: string;
    data: ColumnData;
  }[] = [
    {
      id: 'base',
      title: base.name,
      note: base.projected ? 'projected' : 'factor 0',
      color: 'var(--bl-base)',
      ink: 'var(--bl-base-ink)',
      data: value.base,
    },
    {
      id: 'current',
      title: 'Current',
      note: factorNote,
      color: mixColor(factor),
      ink: mixInk(factor),
      data: value.current,
    },
    {
      id: 'expert',
      title: expert,
      note: 'its own space',
      color: 'var(--bl-expert)',
      ink: 'var(--bl-expert-ink)',
      data: value.expert,
    },
  ];
  // A space as it is has nothing to weigh: its base, its present and its expert are one.
  const plain = recipe.bonds.length === 0;
  const columns = plain
    ? [{ ...all[1]!, title: base.name, note: 'as it is', color: all[0]!.color, ink: all[0]!.ink }]
    : all;
  return (
    <>
      {!plain && (
        <SegmentedControl
          className={styles.pick}
          fullWidth
          aria-label="Ranking shown"
          value={shown}
          onChange={(next) => setShown(next as typeof shown)}
          data={columns.map(({ id, title }) => ({ value: id, label: title }))}
        />
      )}
      <div
        ref={stage}
        className={styles.columns}
        data-shown={plain ? 'current' : shown}
        data-plain={plain || undefined}
      >
        {columns.map((column) => (
          <Column
            key={column.id}
            {...column}
            stage={column.id === 'current'}
            gallery={gallery as Modality}
            nGallery={value.nGallery}
            comparedWith={column.id === 'current' && !plain ? baseRanks : undefined}
            baseName={baseName}
            {...(column.id === 'current' && { explained, onWhy })}
          />
        ))}
      </div>
      <PinnedList
        pinned={value.pinned}
        nGallery={value.nGallery}
        onLastGone={(id) => focusRank(stage.current!, id)}
      />
    </>
  );
}
