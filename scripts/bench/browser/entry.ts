import type { Row } from '../rows.ts';
import { benchEncoders } from './encoders.ts';
import { benchList } from './list.ts';
import { benchScoring } from './scoring.ts';

const BENCHES: Record<string, () => Promise<Row[]>> = {
  scoring: benchScoring,
  list: benchList,
  encoders: benchEncoders,
};

declare global {
  interface Window {
    runBench: (name: string) => Promise<Row[]>;
  }
}
window.runBench = (name) => {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`There is no benchmark "${name}" in the page.`);
  return bench();
};
