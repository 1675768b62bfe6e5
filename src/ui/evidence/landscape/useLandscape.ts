import { useMemo } from 'react';
import type { MetricId } from '../../../math/answers.ts';
import type { Slider } from '../../../recipe/sliders.ts';
import {
  figureOf,
  valuesOf,
  type At,
  type BestFound,
  type HalfChoice,
} from '../../../state/evidence/figures.ts';
import { keptBestFound } from '../../../state/evidence/taskFigures.ts';
import { recipeOf } from '../../../state/selectors.ts';
import type { Ends, Grid } from '../../../state/types.ts';
import { beforeBond, nameIn } from '../../../state/workshop/recipesWords.ts';
import type { TaskId, TaskInfo } from '../../../world/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { baseWords } from '../../shared/recipeWords.ts';
import { axisWords, type HeatMapParts } from './mapOptions.ts';
import { presetsIn } from './plane.ts';
import { heatScale } from './scale.ts';
import { usePlateau } from './usePlateau.ts';

/** What the landscape of a task shows: the map's parts, the base it is compared with, and the best found. */
export interface Landscape {
  grid: Grid;
  task: TaskId;
  info: TaskInfo;
  metric: MetricId;
  half: HalfChoice;
  values: Float64Array;
  parts: HeatMapParts;
  baseName: string;
  base: At | undefined;
  /** The base's metric on the half shown. */
  baseValue: number | undefined;
  best: BestFound | undefined;
}

/** The landscape of the task in use; undefined while the grid lacks it. Made anew only when figures or choices change. */
export function useLandscape(grid: Grid, ends: Ends | undefined): Landscape | undefined {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const baseName = useLab(baseWords);
  const info = engine.task(task);
  const answers = ends?.base[task];
  const base = useMemo<At | undefined>(() => answers && { answers, setting: 0 }, [answers]);
  const values = useMemo(() => valuesOf(grid, info, metric, half), [grid, info, metric, half]);
  const best = useMemo(() => base && keptBestFound(grid, info, base, metric), [grid, info, base, metric]);
  const plateau = usePlateau(grid, info, metric, best?.setting);
  return useMemo(() => {
    const scale = values && heatScale(values, metric);
    if (!scale) return undefined;
    const nameOf = (id: string) => nameIn(engine.spaces, id);
    const words = (slider: Slider) =>
      axisWords(
        slider,
        MODALITY_WORDS[slider.modality].slider,
        beforeBond(
          recipe,
          recipe.bonds.findIndex(({ id }) => id === slider.bondId),
          engine.spaces,
          engine.recipes,
        ),
        nameOf,
      );
    const parts: HeatMapParts = {
      grid,
      values,
      scale,
      presets: presetsIn(grid, recipe),
      best: best?.factors,
      plateau,
      x: words(grid.x),
      y: words(grid.y),
    };
    const baseValue = base && figureOf(info, base.answers, 0, metric, half);
    return { grid, task, info, metric, half, values, parts, baseName, base, baseValue, best };
  }, [grid, info, task, metric, half, values, base, baseName, best, plateau, engine, recipe]);
}
