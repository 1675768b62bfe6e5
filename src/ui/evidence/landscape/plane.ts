import { slidersOf, valueAt, withValue } from '../../../recipe/sliders.ts';
import type { Factors, Preset, Recipe } from '../../../recipe/types.ts';
import type { Grid } from '../../../state/types.ts';

/** The presets that lie in the plane of a grid: their other sliders stand where the grid's do. */
export function presetsIn(grid: Grid, recipe: Recipe): Preset[] {
  const others = slidersOf(recipe).filter(({ id }) => id !== grid.x.id && id !== grid.y.id);
  const plane = grid.settings[0]!;
  return recipe.presets.filter(({ factors }) =>
    others.every((slider) => Math.abs(valueAt(factors, slider) - valueAt(plane, slider)) < 0.005),
  );
}

/** The two factors of a grid's setting alone: other sliders may have moved since it was counted. */
export function inPlane(grid: Grid, setting: number): Factors {
  const factors = grid.settings[setting]!;
  return [grid.x, grid.y].reduce<Factors>(
    (chosen, slider) => withValue(chosen, slider, valueAt(factors, slider)),
    {},
  );
}

/** Whether factors are those of a grid's setting, in its plane. */
export function isAt(grid: Grid, setting: number, factors: Factors): boolean {
  const there = grid.settings[setting]!;
  return [grid.x, grid.y].every(
    (slider) => Math.abs(valueAt(there, slider) - valueAt(factors, slider)) < 0.005,
  );
}
