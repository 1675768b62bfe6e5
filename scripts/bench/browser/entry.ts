import type { Row } from '../../../src/engine/bench/rows.ts';
import { benchData } from './data.ts';
import { benchEncoders } from './encoders.ts';
import { benchLargeQuery, benchLargeRanks, measureShort } from './large.ts';
import { benchList } from './list.ts';
import { benchScoring } from './scoring.ts';
import { benchTraining } from './training.ts';

const BENCHES: Record<string, () => Promise<Row[]>> = {
  scoring: benchScoring,
  list: benchList,
  training: benchTraining,
  data: benchData,
  encoders: benchEncoders,
  largeQuery: benchLargeQuery,
  largeRanks: benchLargeRanks,
  device: async () => (await measureShort()).rows,
};

declare global {
  interface Window {
    runBench: (name: string) => Promise<Row[]>;
    measureShort: typeof measureShort;
  }
}
window.measureShort = measureShort;
window.runBench = (name) => {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`There is no benchmark "${name}" in the page.`);
  return bench();
};
