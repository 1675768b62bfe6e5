import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { splitDirection, type Direction } from '../../base/modality.ts';
import type { TaskMetrics } from '../../math/metrics.ts';
import type { Factors, Recipe, Space } from '../../recipe/types.ts';
import type { FiguresByDirection, WorldFigures } from '../../world/figures.ts';
import { DIRECTIONS } from '../../world/tasks.ts';
import { Hint } from '../shared/Hint.tsx';
import { mixColor } from '../shared/mix.ts';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import { Bar, directionWords, DirectionName, ScrollTable, Section } from './parts.tsx';
import styles from './Figures.module.css';

type Measure = 'R1' | 'R10' | 'MedR';
/** What the tables show; bars only of shares, all to one scale that ends at `most`. */
type View = { measure: 'MedR' } | { measure: 'R1' | 'R10'; most: number };

const MEASURES: { value: Measure; label: string; about: string }[] = [
  { value: 'R1', label: 'R@1', about: 'Share of queries whose first answer is right.' },
  { value: 'R10', label: 'R@10', about: 'Share of queries with a right answer among the first ten.' },
  { value: 'MedR', label: 'MedR', about: 'Median rank of the best right answer; 1 is best.' },
];

interface Column {
  name: string;
  about: string;
  /** Where it stands between base (0) and expert (1): its colour. */
  factor: number;
  figures: FiguresByDirection | undefined;
}

function meanOf(factors: Factors): number {
  const values = Object.values(factors).flatMap((one) => Object.values(one));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const recipeColumns = (recipe: Recipe, figures: WorldFigures): Column[] =>
  recipe.presets.map(({ name, about, factors }) => ({
    name,
    about,
    factor: meanOf(factors),
    figures: figures.recipes[recipe.id]?.[name],
  }));

const spaceColumns = (spaces: readonly Space[], base: string, figures: WorldFigures): Column[] =>
  spaces.map(({ id, name, about }) => ({
    name,
    about,
    factor: id === base ? 0 : 1,
    figures: figures.spaces[id],
  }));

function viewOf(figures: WorldFigures, measure: Measure): View {
  if (measure === 'MedR') return { measure };
  const all = [...Object.values(figures.recipes).flatMap(Object.values), ...Object.values(figures.spaces)];
  const shares = all.flatMap((byDirection: FiguresByDirection) =>
    Object.values(byDirection).map((metrics) => metrics[measure]),
  );
  return { measure, most: Math.max(...shares) };
}

/** Every recipe at its presets, and each space of its own. */
export function Retrieval({
  figures,
  recipes,
  spaces,
}: {
  figures: WorldFigures;
  recipes: readonly Recipe[];
  spaces: readonly Space[];
}) {
  const [measure, setMeasure] = useState<Measure>('R1');
  const view = useMemo(() => viewOf(figures, measure), [figures, measure]);
  return (
    <Section id="figures-retrieval" title="Retrieval">
      <div className={styles.measure}>
        <SegmentedControl
          size="xs"
          aria-label="Figure in the tables"
          data={MEASURES.map(({ value, label }) => ({ value, label }))}
          value={measure}
          onChange={(value) => setMeasure(value as Measure)}
        />
        <span>
          {MEASURES.find(({ value }) => value === measure)!.about} Bold: best in its row.
          {view.measure !== 'MedR' && ` A full bar is ${view.most.toFixed(2)}.`}
        </span>
      </div>
      {recipes.map((recipe) => (
        <RetrievalTable
          key={recipe.id}
          title={recipe.name}
          aside={recipe.formula}
          columns={recipeColumns(recipe, figures)}
          view={view}
        />
      ))}
      <RetrievalTable
        title="Each space on its own"
        aside="nothing projected"
        columns={spaceColumns(spaces, recipes[0]!.base, figures)}
        view={view}
      />
    </Section>
  );
}

function RetrievalTable({
  title,
  aside,
  columns,
  view,
}: {
  title: string;
  aside: string;
  columns: Column[];
  view: View;
}) {
  return (
    <>
      <h4 className={styles.subtitle}>
        {title} <span>{aside}</span>
      </h4>
      <ScrollTable label={`${title}: retrieval`}>
        <thead>
          <tr>
            <th scope="col">find</th>
            {columns.map(({ name, about, factor }) => (
              <th key={name} scope="col">
                <Hint text={about}>
                  <span className={styles.preset}>
                    <i style={{ background: mixColor(factor) }} />
                    {name}
                  </span>
                </Hint>
              </th>
            ))}
            {view.measure !== 'MedR' && (
              <th scope="col" className={styles.quiet}>
                chance
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {DIRECTIONS.map((direction) => (
            <Row key={direction} direction={direction} columns={columns} view={view} />
          ))}
        </tbody>
      </ScrollTable>
    </>
  );
}

function Row({ direction, columns, view }: { direction: Direction; columns: Column[]; view: View }) {
  const { measure } = view;
  const cells = columns.map((column) => column.figures?.[direction]);
  const known = cells.flatMap((metrics) => (metrics ? [metrics[measure]] : []));
  const best = measure === 'MedR' ? Math.min(...known) : Math.max(...known);
  const chance = cells.find((metrics) => metrics !== undefined)?.chance;
  return (
    <tr>
      <th scope="row">
        <DirectionName direction={direction} />
      </th>
      {columns.map(({ name, factor }, i) =>
        cells[i] ? (
          <Cell
            key={name}
            name={name}
            direction={direction}
            metrics={cells[i]}
            view={view}
            factor={factor}
            best={cells[i][measure] === best}
          />
        ) : (
          <td key={name} className={styles.quiet} title={`${name} does not know both sides.`}>
            –
          </td>
        ),
      )}
      {measure !== 'MedR' && (
        <td className={styles.quiet}>{chance === undefined ? '–' : chance[measure].toFixed(3)}</td>
      )}
    </tr>
  );
}

function Cell({
  name,
  direction,
  metrics,
  view,
  factor,
  best,
}: {
  name: string;
  direction: Direction;
  metrics: TaskMetrics;
  view: View;
  factor: number;
  best: boolean;
}) {
  const [, to] = splitDirection(direction);
  const { R1, R5, R10, MedR, MRR, nQueries, nGallery } = metrics;
  return (
    <Hint
      text={
        `${name}, ${directionWords(direction)}: R@1 ${R1.toFixed(3)}, R@5 ${R5.toFixed(3)}, R@10 ${R10.toFixed(3)}, ` +
        `MedR ${MedR}, MRR ${MRR.toFixed(3)}; ${nQueries} queries among ${nGallery} ${MODALITY_WORDS[to].many}.`
      }
    >
      <td className={best ? styles.best : undefined}>
        <span className={styles.cell}>
          {view.measure === 'MedR' ? MedR : metrics[view.measure].toFixed(3)}
          {view.measure !== 'MedR' && <Bar value={metrics[view.measure] / view.most} factor={factor} />}
        </span>
      </td>
    </Hint>
  );
}
