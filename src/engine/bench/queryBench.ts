/** One query against a large gallery: the closed form of the main thread, and what else could be done at each step. */
import { topK } from '../../math/topK.ts';
import { nestOf } from '../../recipe/coefficients.ts';
import { createQueryScorer } from '../../recipe/queryScorer.ts';
import { checkSame } from './checks.ts';
import { BENCH_RECIPE, dragFactors, drawSet } from './madeUp.ts';
import { copyAndSort, createFuseThenMultiply, createFuseWhileMultiplying, type ScoreInto } from './rivals.ts';
import { alsoAgainst, summarise, withRatio, type MeasuredRow } from './rows.ts';
import { timings, timingsInTurns } from './timing.ts';

export interface QueryPlan {
  nItems: number;
  /** The closed form does not depend on it; building and rivals do. */
  dim: number;
  nRuns: number;
  /** Timings of each rival; 0 leaves them out. */
  nRivalRuns: number;
}

const N_BEST = 10;
const N_REPEATS = 5;
const counted = new Intl.NumberFormat('en');

/** Rows of one size. @throws InputError when a rival's scores differ by more than rounding. */
export async function benchQuery({ nItems, dim, nRuns, nRivalRuns }: QueryPlan): Promise<MeasuredRow[]> {
  const query = drawSet(3, 1, dim);
  const gallery = drawSet(7, nItems, dim);
  const scores = new Float32Array(nItems);
  const items = `${counted.format(nItems)} items`;
  const row = (id: string, kind: MeasuredRow['kind'], what: string, timesMs: number[], note?: string) => ({
    ...summarise(what, timesMs, note),
    id: `query-${nItems}-${id}`,
    group: 'query' as const,
    kind,
  });

  const start = performance.now();
  const scorer = createQueryScorer(
    { nest: nestOf(BENCH_RECIPE, 'audio', query.names), components: query },
    { nest: nestOf(BENCH_RECIPE, 'text', gallery.names), components: gallery },
  );
  const built = row(
    'build',
    'ours',
    `a new query: its rows of the planes, ${items}`,
    [performance.now() - start],
    `D = ${dim}, once a query`,
  );
  const ours = async (id: string, what: string, job: (k: number) => void) =>
    row(id, 'ours', what, await timings(job, { nRuns, nWarm: 60, nRepeats: N_REPEATS }));
  const both = await ours('scores', `scores of ${items}, both sliders moved`, (k) =>
    scorer.scoresInto(scores, dragFactors(k)),
  );
  const one = await ours('one', `scores of ${items}, the gallery’s slider moved`, (k) =>
    scorer.scoresInto(scores, { 'c-foley': { ...dragFactors(k)['c-foley'], audio: 0.4 } }),
  );
  const best = await ours('best', `scores of ${items} and the best ${N_BEST}, both sliders moved`, (k) => {
    scorer.scoresInto(scores, dragFactors(k));
    topK(scores, N_BEST);
  });
  if (nRivalRuns === 0) return [both, one, best, built];

  const at = (k: number) => dragFactors(k)['c-foley'] as { audio: number; text: number };
  const by = (scoreInto: ScoreInto) => (k: number) => scoreInto(scores, at(k).audio, at(k).text);
  const again = by(createFuseThenMultiply(query, gallery));
  const inOnePass = by(createFuseWhileMultiplying(query, gallery));
  const expected = new Float32Array(nItems);
  scorer.scoresInto(expected, dragFactors(1));
  for (const job of [again, inOnePass]) {
    job(1);
    checkSame(scores, expected, 'fusing and multiplying again');
  }
  const sorted = (k: number) => {
    again(k);
    copyAndSort(scores, N_BEST);
  };
  const timesMs = await timingsInTurns([again, inOnePass, sorted], { nRuns: nRivalRuns });
  const rival = (id: string, what: string, ms: number[] | undefined) =>
    row(id, 'rival', what, ms!, `D = ${dim}, plain JavaScript`);
  const fuse = rival('fuse', `fuse ${items} again, then multiply`, timesMs[0]);
  const pass = rival('pass', `fuse and multiply ${items} in one pass`, timesMs[1]);
  const sort = rival('sort', `fuse ${items} again, multiply, copy to objects and sort`, timesMs[2]);
  // Each against the naive way to the same; its note says what is left against the best way without planes.
  return [
    alsoAgainst(withRatio(both, fuse), pass),
    alsoAgainst(withRatio(one, fuse), pass),
    alsoAgainst(withRatio(best, sort), pass),
    built,
    fuse,
    pass,
    sort,
  ];
}
