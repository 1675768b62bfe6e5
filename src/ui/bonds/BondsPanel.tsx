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
  const masks = useLab((s) => s.masks);
  const switching = useLab((s) => s.switching);
  const setFactor = useLab((s) => s.setFactor);
  const release = useLab((s) => s.releaseFactor);
  const choosePreset = useLab((s) => s.choosePreset);
  const setMember = useLab((s) => s.setMember);
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
                    modality={modality}
                    base={base}
                    expert={expert}
                    factor={factor}
                    home={home[bond.id]?.[modality] ?? 0}
                    paperFactor={displaced ? 1 - factor : undefined}
                    onChange={(value) => setFactor(bond.id, modality, value)}
                    onRelease={release}
                  />
                );
              })}
            </div>
            <div className={styles.presets} role="group" aria-label="Presets">
              {recipe.presets.map((preset) => (
                <Hint key={preset.name} text={preset.about}>
                  <button
                    type="button"
                    className={styles.preset}
                    aria-pressed={sameFactors(recipe, preset.factors, factors)}
                    onClick={() => choosePreset(preset.name)}
                  >
                    {preset.name}
                  </button>
                </Hint>
              ))}
            </div>
            <MemberSwitches
              bond={bond}
              mask={masks[bond.id] ?? bond.members.map(() => true)}
              busy={switching}
              onSwitch={(member, on) => void setMember(bond.id, member, on)}
            />
          </div>
        );
      })}
    </section>
  );
}
