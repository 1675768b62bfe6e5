import { Select } from '@mantine/core';
import { settingsOf, type Looked } from '../../../state/workshop/microscopeLook.ts';
import { termOf } from '../../../state/workshop/recipesWords.ts';
import { EvidenceControls } from '../../evidence/EvidenceControls.tsx';
import { settingWords } from '../../evidence/tasks/words.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

/** What is looked at: the recipe, its bond, where the sliders stand for it, the metric and whose queries. */
export function LookControls({ looked }: { looked: Looked }) {
  const { recipe, bond, setting } = looked;
  const recipes = useLab((s) => s.recipes);
  const inUse = useLab((s) => s.recipeId);
  const spaces = useLab((s) => s.spaces);
  const factors = useLab((s) => s.factors);
  const lookAt = useLab((s) => s.lookAt);
  const settings = settingsOf(looked, { factors });
  return (
    <div className={styles.look}>
      <Select
        label="Recipe"
        size="xs"
        className={styles.beside}
        allowDeselect={false}
        value={recipe.id}
        title={recipe.name}
        data={recipes.map(({ id, name }) => ({ value: id, label: name }))}
        comboboxProps={{ width: 260, position: 'bottom-start' }}
        renderOption={({ option: { value, label } }) => (
          <span>
            {label}
            {value === inUse && <small>, in use</small>}
          </span>
        )}
        onChange={(id) => id && lookAt({ recipeId: id, bondId: undefined })}
      />
      <Select
        label="Bond"
        size="xs"
        className={styles.pick}
        allowDeselect={false}
        value={bond.id}
        title={termOf(bond, spaces)}
        data={recipe.bonds.map((one) => ({ value: one.id, label: termOf(one, spaces) }))}
        onChange={(id) => id && lookAt({ recipeId: recipe.id, bondId: id })}
      />
      <Hint text={`${setting.about} Now: ${settingWords(recipe, setting.factors, spaces)}.`}>
        <div>
          <Select
            label="Sliders"
            size="xs"
            className={styles.pick}
            allowDeselect={false}
            value={setting.id}
            data={settings.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => id && lookAt({ setting: id })}
          />
        </div>
      </Hint>
      <EvidenceControls metric half />
    </div>
  );
}
