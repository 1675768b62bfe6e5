import { useEffect, useState } from 'react';
import type { MetricId } from '../../../math/answers.ts';
import { changeOf } from '../../../state/evidence/figures.ts';
import type { Grid } from '../../../state/types.ts';
import type { TaskInfo } from '../../../world/types.ts';

/** A slice of the work, short enough for a drag to go on between two. */
const SLICE_MS = 8;

interface Found {
  grid: Grid;
  info: TaskInfo;
  metric: MetricId;
  best: number;
  inside: boolean[];
}

/**
 * Which settings cannot be told from the best on the validation half, where it was chosen: the paired bootstrap 95% interval of
 * their difference holds 0. About a millisecond a setting, done in slices; undefined until all are known.
 */
export function usePlateau(
  grid: Grid,
  info: TaskInfo,
  metric: MetricId,
  best: number | undefined,
): boolean[] | undefined {
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    const answers = grid.result[info.id];
    if (best === undefined || !answers) return undefined;
    const inside: boolean[] = [];
    const slice = () => {
      const end = performance.now() + SLICE_MS;
      while (inside.length < grid.settings.length && performance.now() < end) {
        const setting = inside.length;
        const change = changeOf(info, { answers, setting }, { answers, setting: best }, metric, 'validation');
        inside.push(change !== undefined && change.low <= 0 && change.high >= 0);
      }
      if (inside.length === grid.settings.length) setFound({ grid, info, metric, best, inside });
      else timer = setTimeout(slice);
    };
    let timer = setTimeout(slice);
    return () => clearTimeout(timer);
  }, [grid, info, metric, best]);
  const fits = found?.grid === grid && found.info === info && found.metric === metric && found.best === best;
  return fits ? found.inside : undefined;
}
