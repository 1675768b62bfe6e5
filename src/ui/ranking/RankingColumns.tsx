import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { Column as ColumnData } from '../../state/types.ts';
import { useLab } from '../shared/LabContext.tsx';
import { meanFactor, recipeOf, spaceName } from '../../state/selectors.ts';
import { mixColor, mixInk } from '../shared/mix.ts';
import { baseIsProjected, baseWords, factorWords } from '../shared/recipeWords.ts';
import { Column } from './Column.tsx';
import styles from './Ranking.module.css';

/** Rank of every item of a column's rows and right answers, for the arrows of the others. */
function ranksOf(column: ColumnData): ReadonlyMap<number, number> {
  if (column.kind === 'absent') return new Map();
  return new Map([...column.rows, ...column.right].map(({ index, rank }) => [index, rank]));
}

/** The query's ranking three times: at the base, at the current factors, and in the expert's own space. */
export function RankingColumns() {
  const ranking = useLab((s) => s.ranking);
  const gallery = useLab((s) => s.gallery);
  const factor = useLab(meanFactor);
  const factorNote = useLab(factorWords);
  const recipe = useLab(recipeOf);
  const base = useLab((s) => spaceName(s, recipe.base));
  const baseName = useLab(baseWords);
  const expert = useLab((s) => spaceName(s, recipe.bonds[0]!.experts[0]!));
  const baseColumn = ranking.status === 'ready' ? ranking.value.base : undefined;
  const baseRanks = useMemo(() => baseColumn && ranksOf(baseColumn), [baseColumn]);
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
  const columns: {
    id: typeof shown;
    title: string;
    note: string;
    color: string;
    ink: string;
    data: ColumnData;
  }[] = [
    {
      id: 'base',
      title: base,
      note: baseIsProjected(recipe) ? 'projected' : 'factor 0',
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
  return (
    <>
      <SegmentedControl
        className={styles.pick}
        fullWidth
        aria-label="Ranking shown"
        value={shown}
        onChange={(next) => setShown(next as typeof shown)}
        data={columns.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <div className={styles.columns} data-shown={shown}>
        {columns.map((column) => (
          <Column
            key={column.id}
            {...column}
            stage={column.id === 'current'}
            gallery={gallery as Modality}
            nGallery={value.nGallery}
            comparedWith={column.id === 'current' ? baseRanks : undefined}
            baseName={baseName}
          />
        ))}
      </div>
    </>
  );
}
