/** The models of the embedded world that answer to those of the paper. */
import { RECIPES, SPACES } from '../../../recipe/embedded.ts';
import type { Factors } from '../../../recipe/types.ts';
import type { FiguresByDirection, WorldFigures } from '../../../world/figures.ts';

export interface OurModel {
  id: string;
  name: string;
  /** The model of the paper that it is in small. */
  like: string;
  /** Where it stands between base (0) and expert (1). */
  factor: number;
  figures: FiguresByDirection;
}

const LIKE: Readonly<Record<string, string>> = {
  unified: 'ImageBind',
  pictext: 'InternVL',
  foley: 'CLAP_g',
  tone: 'CLAP_m',
  'unified-pp Versatile': 'ImageBind++ (Ver.)',
  'unified-pp AT Expertise': 'ImageBind++ (AT)',
  'pictext-u Paper': 'InternVL_IB',
  'unified-pp-two Versatile': 'ImageBind++ (Ver.)',
  'unified-pp-two AT Expertise': 'ImageBind++ (AT)',
  'pictext-upp Versatile': 'InternVL_IB++ (Ver.)',
  'pictext-upp AT Expertise': 'InternVL_IB++ (AT)',
  'pictext-u-dagger Paper': 'InternVL_IB†',
  'pictext-u-dagger-pp Versatile': 'InternVL_IB†++ (Ver.)',
  'pictext-u-dagger-pp AT Expertise': 'InternVL_IB†++ (AT)',
  'c-mcr Halves': 'C-MCR',
  'ex-mcr Ex-MCR': 'Ex-MCR',
};

function meanFactor(factors: Factors): number {
  const values = Object.values(factors).flatMap((byModality) => Object.values(byModality));
  if (values.length === 0) return 0;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Each space and recipe with a counterpart in the paper, the base first; those without figures are left out. */
export function ourModels({ spaces, recipes }: Pick<WorldFigures, 'spaces' | 'recipes'>): OurModel[] {
  const base = RECIPES[0]!.base;
  const own = SPACES.map(({ id, name }) => ({
    id,
    name,
    factor: id === base ? 0 : 1,
    figures: spaces[id],
  }));
  const fused = RECIPES.flatMap((recipe) =>
    recipe.presets.map((preset) => ({
      id: `${recipe.id} ${preset.name}`,
      name: preset.name === recipe.name ? `${recipe.name}, ours` : `${recipe.name} (${preset.name})`,
      factor: meanFactor(preset.factors),
      figures: recipes[recipe.id]?.[preset.name],
    })),
  );
  return [...own, ...fused]
    .toSorted((a, b) => Number(b.id === base) - Number(a.id === base))
    .flatMap(({ figures, ...model }) => {
      const like = LIKE[model.id];
      return figures && like !== undefined ? [{ ...model, figures, like }] : [];
    });
}
