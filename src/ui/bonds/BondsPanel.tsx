import { memo } from 'react';
import { MODALITIES } from '../../base/modality.ts';
import type { Recipe } from '../../recipe/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { useLab } from '../shared/LabContext.tsx';
import { FactorSlider } from './FactorSlider.tsx';
import { MemberSwitches } from './MemberSwitches.tsx';
import { RecipeDrawing } from './RecipeDrawing.tsx';
import styles from './BondsPanel.module.css';

function sameFactors(recipe: Recipe, a: Recipe['presets'][number]['factors'], b: typeof a): boolean {
  return recipe.bonds.every(({ id, modalities }) =>
    modalities.every((modality) => Math.abs((a[id]?.[modality] ?? 0) - (b[id]?.[modality] ?? 0)) < 0.005),
  );
}

/** The recipe drawn, a slider per modality and bond, the presets, and the mixture's members. */
export function BondsPanel() {
  const engine = useLab((s) => s.engine);
  const recipeId = useLab((s) => s.recipeId);
  const factors = useLab((s) => s.factors[s.recipeId]!);
  const recipe = engine.recipes.find(({ id }) => id === recipeId)!;
  const name = (id: string) => engine.spaces.find((space) => space.id === id)!.name;
  const base = name(recipe.base);
  const served = MODALITIES.filter((modality) =>
    engine.spaces.find(({ id }) => id === recipe.base)!.modalities.includes(modality),
  );
  const home = recipe.presets[0]!.factors;
  return (
    <section className={styles.panel} aria-label="Bonds">
      {recipe.bonds.map((bond) => {
        const expert = bond.experts.map(name).join(' and ');
        const displaced = bond.kind === 'displacement';
        return (
          <div key={bond.id} className={styles.bond}>
            <RecipeDrawing
              bond={bond}
              base={base}
              expert={expert}
              served={served}
              factors={factors[bond.id] ?? {}}
            />
            <div className={styles.sliders}>
              {bond.modalities.map((modality) => {
                const factor = factors[bond.id]?.[modality] ?? 0;
                return (
                  <FactorSlider
                    key={modality}
                    bondId={bond.id}
                    modality={modality}
                    base={base}
                    expert={expert}
                    factor={factor}
                    home={home[bond.id]?.[modality] ?? 0}
                    paperFactor={displaced ? 1 - factor : undefined}
                  />
                );
              })}
            </div>
            <Presets
              recipe={recipe}
              active={recipe.presets.find((preset) => sameFactors(recipe, preset.factors, factors))?.name}
            />
            <MemberSwitches bond={bond} />
          </div>
        );
      })}
    </section>
  );
}

/** The presets of a recipe; `active` is where the sliders stand now. */
const Presets = memo(function Presets({ recipe, active }: { recipe: Recipe; active: string | undefined }) {
  const choosePreset = useLab((s) => s.choosePreset);
  return (
    <div className={styles.presets} role="group" aria-label="Presets">
      {recipe.presets.map((preset) => (
        <Hint key={preset.name} text={preset.about}>
          <button
            type="button"
            className={styles.preset}
            aria-pressed={preset.name === active}
            onClick={() => choosePreset(preset.name)}
          >
            {preset.name}
          </button>
        </Hint>
      ))}
    </div>
  );
});
