/** What of a run or an experiment can be saved, and how each file is made. */
import { writeCsv } from '../../../formats/csv.ts';
import type { Table } from '../../../state/tables.ts';
import { standaloneSvg } from '../../evidence/export/standaloneSvg.ts';
import { toPng } from '../../evidence/export/toPng.ts';

export interface SaveItem {
  name: string;
  about: string;
  file: string;
  make: () => Blob | Promise<Blob>;
}

export interface SavedThing {
  /** Head of the file names: "run-abc". */
  name: string;
  /** Its record as JSON. */
  record: () => string;
  table: Table;
  charts?: { name: string; suffix: string; svg: () => SVGSVGElement | undefined }[];
  /** Where the charts come from; stands in their files. */
  about: string;
}

/** Record and figures, and the charts that are drawn. */
export function saveItems({ name, record, table, charts = [], about }: SavedThing): SaveItem[] {
  const items: SaveItem[] = [
    {
      name: 'Record (JSON)',
      about: 'Every setting and every point',
      file: `bondlab-${name}.json`,
      make: () => new Blob([record()], { type: 'application/json' }),
    },
    {
      name: 'Figures (CSV)',
      about: 'A row a point, unrounded',
      file: `bondlab-${name}.csv`,
      make: () => new Blob([writeCsv(table.columns, table.rows)], { type: 'text/csv;charset=utf-8' }),
    },
  ];
  for (const { name: chart, suffix, svg } of charts) {
    const drawn = svg();
    if (!drawn) continue;
    const file = `bondlab-${name}-${suffix}`;
    const alone = () =>
      standaloneSvg(drawn, {
        title: `${table.title}: ${chart}`,
        about: [drawn.getAttribute('aria-label'), about, `Bondlab ${__BONDLAB_VERSION__}`]
          .filter(Boolean)
          .join('\n'),
      });
    items.push(
      {
        name: `${chart} (SVG)`,
        about: 'The chart as it looks now',
        file: `${file}.svg`,
        make: () => new Blob([alone().text], { type: 'image/svg+xml' }),
      },
      {
        name: `${chart} (PNG)`,
        about: 'Twice its size on screen',
        file: `${file}.png`,
        make: () => toPng(alone()),
      },
    );
  }
  return items;
}
