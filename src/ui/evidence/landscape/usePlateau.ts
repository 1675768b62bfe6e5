import { useEffect, useState } from 'react';
import type { AnswerRanks, MetricId } from '../../../math/answers.ts';
import { changeOf } from '../../../state/evidence/figures.ts';
import type { Grid } from '../../../state/types.ts';
import type { TaskInfo } from '../../../world/types.ts';

/** A slice of the work, short enough for a drag to go on between two. */
const SLICE_MS = 8;

/** What was found before, by the ranks it was found from: a panel that is opened again shows it at once. */
const kept = new WeakMap<AnswerRanks, Map<string, boolean[]>>();

/**
 * Which settings cannot be told from the best on the validation half, where it was chosen: the paired bootstrap 95% interval of
 * their difference holds 0. A few milliseconds a setting, done in slices; undefined until all are known.
 */
export function usePlateau(
  grid: Grid,
  info: TaskInfo,
  metric: MetricId,
  best: number | undefined,
): boolean[] | undefined {
  const [, setCount] = useState(0);
  const answers = grid.result[info.id];
  const key = `${metric} ${best}`;
  useEffect(() => {
    if (best === undefined || !answers || kept.get(answers)?.has(key)) return undefined;
    const inside: boolean[] = [];
    const slice = () => {
      const end = performance.now() + SLICE_MS;
      while (inside.length < answers.nSettings && performance.now() < end) {
        const setting = inside.length;
        const change = changeOf(info, { answers, setting }, { answers, setting: best }, metric, 'validation');
        inside.push(change !== undefined && change.low <= 0 && change.high >= 0);
      }
      if (inside.length < answers.nSettings) {
        timer = setTimeout(slice);
        return;
      }
      const byKey = kept.get(answers) ?? new Map<string, boolean[]>();
      kept.set(answers, byKey.set(key, inside));
      setCount((n) => n + 1);
    };
    let timer = setTimeout(slice);
    return () => clearTimeout(timer);
  }, [answers, info, metric, best, key]);
  return answers && kept.get(answers)?.get(key);
}
