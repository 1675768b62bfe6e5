import type { PairedLists, PairedRow } from './lists.ts';
import { styles } from './styles.ts';

/** As in the style sheet. */
const ROW_PX = 40;
const GUTTER_PX = 84;

/** Lines between the places of items that are on both sides; stubs for those that come and go. */
export function Links({ lists, near }: { lists: PairedLists; near: number | undefined }) {
  const y = (rank: number) => (rank - 0.5) * ROW_PX;
  const [w, mid, stub] = [GUTTER_PX, GUTTER_PX / 2, 26];
  const height = Math.max(lists.a.length, lists.b.length) * ROW_PX;
  const mark = (row: PairedRow) => ({
    'data-near': near === row.index || undefined,
    'data-right': row.right || undefined,
  });
  return (
    <svg
      className={styles.links}
      viewBox={`0 0 ${w} ${height}`}
      width={w}
      height={height}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {lists.a.map((row) =>
        row.shared ? (
          <path
            key={row.id}
            {...mark(row)}
            data-way={row.other < row.rank ? 'up' : row.other > row.rank ? 'down' : 'same'}
            d={`M2 ${y(row.rank)}C${mid} ${y(row.rank)} ${mid} ${y(row.other)} ${w - 2} ${y(row.other)}`}
          />
        ) : (
          <path
            key={row.id}
            {...mark(row)}
            data-way="down"
            data-stub
            d={`M2 ${y(row.rank)}C${stub} ${y(row.rank)} ${stub} ${y(row.rank)} ${stub} ${y(row.rank) + 16}`}
          />
        ),
      )}
      {lists.b
        .filter(({ shared }) => !shared)
        .map((row) => (
          <path
            key={row.id}
            {...mark(row)}
            data-way="up"
            data-stub
            d={`M${w - stub} ${y(row.rank) + 16}C${w - stub} ${y(row.rank)} ${w - stub} ${y(row.rank)} ${w - 2} ${y(row.rank)}`}
          />
        ))}
    </svg>
  );
}
