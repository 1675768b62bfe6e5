import type { Table } from '../../../state/tables.ts';
import { ScrollTable } from '../../figures/parts.tsx';
import styles from './PaperPanel.module.css';

/** A figure as written in a cell; a dash where there is none. */
function cell(value: string | number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? value.toFixed(digits) : value;
}

/** The figures of a chart as tables, on demand: for reading aloud, copying and checking. */
export function TableView({ tables, digits }: { tables: readonly Table[]; digits: number }) {
  return (
    <details className={styles.tables}>
      <summary>{tables.length === 1 ? 'The figures as a table' : 'The figures as tables'}</summary>
      {tables.map(({ name, title, columns, rows, notes }) => (
        <figure key={name}>
          <figcaption>{title}</figcaption>
          <ScrollTable label={title}>
            <thead>
              <tr>
                {columns.map(({ key, label }) => (
                  <th key={key} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={String(row[columns[0]!.key])}>
                  {columns.map(({ key }, i) =>
                    i === 0 ? (
                      <th key={key} scope="row">
                        {cell(row[key], digits)}
                      </th>
                    ) : (
                      <td key={key}>{cell(row[key], digits)}</td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </ScrollTable>
          {notes?.map((note) => (
            <p key={note} className={styles.note}>
              {note}
            </p>
          ))}
        </figure>
      ))}
    </details>
  );
}
