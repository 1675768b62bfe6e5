import type { MovedCounts } from '../../../state/evidence/queryFigures.ts';
import { counted } from '../tasks/words.ts';
import { styles } from './styles.ts';

export interface MovedRow extends MovedCounts {
  key: string;
  /** "in any way", "first place" */
  name: string;
  /** What helped and hurt mean in this row, for a reader of the screen. */
  about: string;
}

/** How many queries a setting moves down and up, on one scale to both sides of 0. */
export function MovedBars({ rows }: { rows: readonly MovedRow[] }) {
  const most = Math.max(1, ...rows.flatMap(({ helped, hurt }) => [helped, hurt]));
  const width = (count: number) => `${(100 * count) / most}%`;
  return (
    <table className={styles.bars}>
      <thead>
        <tr>
          <th scope="col">queries</th>
          <th scope="col" className={styles.hurt}>
            ▼ hurt
          </th>
          <th scope="col" className={styles.helped}>
            helped ▲
          </th>
          <th scope="col">unchanged</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, about, helped, hurt, same }) => (
          <tr key={key} title={about}>
            <th scope="row">{name}</th>
            <td className={styles.hurt}>
              <span>{hurt}</span>
              <i style={{ width: width(hurt) }} />
            </td>
            <td className={styles.helped}>
              <i style={{ width: width(helped) }} />
              <span>{helped}</span>
            </td>
            <td className={styles.same} aria-label={counted(same, 'query unchanged', 'queries unchanged')}>
              {same}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
