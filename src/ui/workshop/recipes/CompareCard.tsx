import { Select } from '@mantine/core';
import type { Recipe } from '../../../recipe/types.ts';
import {
  comparisonJob,
  comparisonTable,
  settingFor,
  wantedAt,
} from '../../../state/workshop/recipesCompare.ts';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { ComparisonFigures } from './ComparisonFigures.tsx';
import { CountCard } from './CountCard.tsx';
import { styles } from './styles.ts';

/** Recipes that were chosen in the list, side by side over every task. */
export function CompareCard() {
  const store = useLabStore();
  const engine = useLab((s) => s.engine);
  const recipes = useLab((s) => s.recipes);
  const { compared, settings } = useLab((s) => s.recipeBench.look);
  const status = useLab((s) => s.recipeBench.answers.compare);
  const count = useLab((s) => s.countRecipes);
  const cancel = useLab((s) => s.cancelRecipes);
  const chosen = compared.flatMap((id) => recipes.find((one) => one.id === id) ?? []);
  const start = () => {
    const { factors, masks } = store.getState();
    const wanted = chosen.map((recipe) =>
      wantedAt(recipe, settingFor(recipe, settings[recipe.id]), factors[recipe.id]),
    );
    count('compare', comparisonJob(wanted, masks));
  };
  return (
    <CountCard
      name="recipes"
      title="Compare recipes"
      about={
        <p>
          R@1 of every task on the test half: at the base, at a setting, at the expert. The first recipe that
          was chosen is what the others are set against.
        </p>
      }
      status={status}
      onCount={chosen.length < 2 ? undefined : start}
      absent="Choose two or more recipes above."
      onCancel={() => cancel('compare')}
      action="Compare"
      tables={(value) => [
        comparisonTable(value, (task) => engine.task(task), 'recipes', 'Recipes side by side'),
      ]}
      show={(value) => <ComparisonFigures comparison={value} />}
    >
      {chosen.length > 0 && (
        <ul className={styles.chosen} aria-label="Recipes that are compared, with their settings">
          {chosen.map((recipe, i) => (
            <li key={recipe.id}>
              <SettingPicker recipe={recipe} reference={i === 0} />
            </li>
          ))}
        </ul>
      )}
    </CountCard>
  );
}

function SettingPicker({ recipe, reference }: { recipe: Recipe; reference: boolean }) {
  const settings = useLab((s) => s.recipeBench.look.settings);
  const look = useLab((s) => s.lookAtRecipes);
  const data = [
    ...recipe.presets.map(({ name }) => ({ value: name, label: name })),
    { value: 'current', label: 'as in the lab' },
  ];
  return (
    <Select
      size="xs"
      label={reference ? `${recipe.name} (reference), at` : `${recipe.name}, at`}
      allowDeselect={false}
      data={data}
      value={settingFor(recipe, settings[recipe.id])}
      onChange={(name) => name !== null && look({ settings: { ...settings, [recipe.id]: name } })}
    />
  );
}
