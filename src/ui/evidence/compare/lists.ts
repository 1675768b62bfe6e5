/** Two rankings of one gallery, row against row. */
import type { RankingModel } from '../../../state/rankingModel.ts';
import type { RankedRow } from '../../../state/types.ts';
import type { Factors } from '../../../recipe/types.ts';

/** A row with the place of its item in the other ranking. */
export interface PairedRow extends RankedRow {
  other: number;
  /** Among the rows of the other side too. */
  shared: boolean;
}

export interface PairedLists {
  a: PairedRow[];
  b: PairedRow[];
  /** Every right answer with its rank on each side, best on b first. */
  right: { index: number; a: number; b: number }[];
}

export interface RankedSide {
  model: RankingModel;
  factors: Factors;
}

/** The first k rows of each side, each with its rank on the other. Both sides rank the same gallery. */
export function pairLists(a: RankedSide, b: RankedSide, k: number): PairedLists {
  const [rowsA, rowsB] = [a.model.top(a.factors, k), b.model.top(b.factors, k)];
  const pair = (rows: readonly RankedRow[], other: RankedSide): PairedRow[] => {
    const ranks = ranksOn(
      other,
      rows.map(({ index }) => index),
    );
    return rows.map((row) => {
      const rank = ranks.get(row.index)!;
      return { ...row, other: rank, shared: rank <= k };
    });
  };
  const { current } = b.model.at(b.factors);
  const right = current.kind === 'ranked' ? current.right : [];
  const onA = ranksOn(
    a,
    right.map(({ index }) => index),
  );
  return {
    a: pair(rowsA, b),
    b: pair(rowsB, a),
    right: right.map(({ index, rank }) => ({ index, a: onA.get(index)!, b: rank })),
  };
}

function ranksOn({ model, factors }: RankedSide, indices: readonly number[]): Map<number, number> {
  return new Map(model.at(factors, indices).pinned.map(({ index, current }) => [index, current]));
}
