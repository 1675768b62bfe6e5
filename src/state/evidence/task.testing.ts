/** A made-up task of four queries, for tests of what is made of ranks. */
import { offsetsOf, type AnswerRanks } from '../../math/answers.ts';
import type { Half, TaskInfo } from '../../world/types.ts';

const N_GALLERY = 20;

/** Four queries in groups of their own, each with one right answer among 20 items. */
export function fourQueries(...halves: Half[]): TaskInfo {
  return {
    id: 'audio>text',
    queryModality: 'audio',
    galleryModality: 'text',
    queries: Uint32Array.of(0, 1, 2, 3),
    relevant: Array.from({ length: 4 }, () => Uint32Array.of(0)),
    nGallery: N_GALLERY,
    groups: ['a', 'b', 'c', 'd'],
    halves,
  };
}

/** Ranks of one right answer a query, a row a setting. */
export function answersOf(...rows: number[][]): AnswerRanks {
  return {
    nSettings: rows.length,
    nGallery: N_GALLERY,
    offsets: offsetsOf(rows[0]!.map((rank) => [rank])),
    ranks: Uint32Array.from(rows.flat()),
  };
}
