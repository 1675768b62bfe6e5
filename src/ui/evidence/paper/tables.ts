/** The paper's tables and ours as tables that leave the page: each by itself, never joined. */
import type { FiguresByDirection, WorldFigures } from '../../../world/figures.ts';
import {
  PAPER_CLASSIFICATION,
  PAPER_MODELS,
  PAPER_RETRIEVAL,
  PAPER_SOURCE,
  paperValue,
  type PaperTable,
} from '../../../world/paper/paper.ts';
import { DIRECTIONS } from '../../../world/tasks.ts';
import type { Table, TableColumn } from '../../../state/tables.ts';
import { taskWords } from '../../shared/modality.tsx';
import { ourModels } from './ours.ts';

const PAPER_NAMES = {
  3: { name: 'paper3', title: 'FreeBind, table 3: retrieval' },
  4: { name: 'paper4', title: 'FreeBind, table 4: zero-shot classification' },
} as const;

function paperTable(table: PaperTable): Table {
  const { name, title } = PAPER_NAMES[table.number];
  return {
    name,
    title,
    columns: [
      { key: 'model', label: 'model' },
      ...table.columns.map(({ id }) => ({ key: id, label: `${id} (%)` })),
    ],
    rows: PAPER_MODELS.map((model) => ({
      model: model.name,
      ...Object.fromEntries(table.columns.map(({ id }) => [id, paperValue(table, model.id, id)])),
    })),
    notes: [
      `The paper's own figures, in percent as printed, not measured here: ${PAPER_SOURCE}.`,
      'Empty: the paper gives no figure. AT: audio-text expertise (text 0.5, audio 0.8). Ver.: versatile (text 0.1, audio 0.5). ' +
        '†: ImageBind’s audio encoder fine-tuned through the frozen projectors.',
    ],
  };
}

/** Tables "paper3" (retrieval) and "paper4" (classification), in percent as printed. */
export function paperTables(): Table[] {
  return [paperTable(PAPER_RETRIEVAL), paperTable(PAPER_CLASSIFICATION)];
}

const MEASURES = [
  ['R1', 'R@1'],
  ['R5', 'R@5'],
  ['R10', 'R@10'],
] as const;

const keyOf = (direction: string, measure: string) => `${direction} ${measure}`;

function ourRow(figures: FiguresByDirection): Record<string, number | null> {
  return Object.fromEntries(
    DIRECTIONS.flatMap((direction) =>
      MEASURES.map(([measure]) => [keyOf(direction, measure), figures[direction]?.[measure] ?? null]),
    ),
  );
}

/** The table "ours": each space, and each recipe between its ends, on the embedded collection; fractions in [0, 1]. */
export function ourTables(figures: WorldFigures): Table[] {
  const columns: TableColumn[] = DIRECTIONS.flatMap((direction) =>
    MEASURES.map(([measure, label]) => ({
      key: keyOf(direction, measure),
      label: `${taskWords(direction)} ${label}`,
    })),
  );
  return [
    {
      name: 'ours',
      title: 'Here: retrieval on the embedded collection',
      columns: [{ key: 'model', label: 'model' }, ...columns],
      rows: ourModels(figures).map(({ name, figures: own }) => ({ model: name, ...ourRow(own) })),
      notes: [
        `Measured when the world was built (seed ${figures.seed}, ${figures.precision}), on all queries of the collection ` +
          'Emoji & Foley; fractions. Not to be read against the paper’s figures: other encoders, other data, other galleries.',
        'Empty: the model does not know both modalities.',
      ],
    },
  ];
}
