import { SegmentedControl } from '@mantine/core';
import type { RecipesFace } from '../../../state/workshop/recipesTypes.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { Builder } from './Builder.tsx';
import { Experiments } from './Experiments.tsx';
import { RecipeList } from './RecipeList.tsx';
import { styles } from './styles.ts';

const FACES: { value: RecipesFace; label: string }[] = [
  { value: 'build', label: 'Build' },
  { value: 'recipes', label: 'All recipes' },
  { value: 'experiments', label: 'Experiments' },
];

/** Recipes: built by hand, listed and compared, and the experiments that say why each part of the method is there. */
export default function RecipesBench() {
  const face = useLab((s) => s.recipeBench.look.face);
  const look = useLab((s) => s.lookAtRecipes);
  // Told with the list: it changes when the list does.
  const note = useLab((s) => (s.ownRecipes, s.engine.library.note()));
  return (
    <section className={styles.panel} aria-labelledby="recipes-title">
      <header className={styles.head}>
        <h2 id="recipes-title">Recipes</h2>
        <SegmentedControl
          aria-label="What is shown of recipes"
          size="sm"
          data={FACES}
          value={face}
          onChange={(next) => look({ face: next as RecipesFace })}
        />
      </header>
      {note !== undefined && (
        <p className={styles.problem} role="status">
          {note}
        </p>
      )}
      {face === 'build' && <Builder />}
      {face === 'recipes' && <RecipeList />}
      {face === 'experiments' && <Experiments />}
    </section>
  );
}
