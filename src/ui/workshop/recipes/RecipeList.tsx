import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import { draftOf, formulaOf } from '../../../recipe/build.ts';
import type { RecipeDraft } from '../../../recipe/build.ts';
import type { Recipe } from '../../../recipe/types.ts';
import { nameIn } from '../../../state/workshop/recipesWords.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { OpenInLab } from './Builder.tsx';
import { CompareCard } from './CompareCard.tsx';
import { styles } from './styles.ts';

/** One line of the list. */
interface Line {
  id: string;
  name: string;
  formula: string;
  base: string;
  /** Undefined of one that cannot be used now. */
  recipe: Recipe | undefined;
  draft: RecipeDraft;
  own: boolean;
  problem: string | undefined;
}

/** Every recipe there is: opened, copied, renamed, deleted, compared. */
export function RecipeList() {
  const spaces = useLab((s) => s.spaces);
  const recipes = useLab((s) => s.recipes);
  const ownRecipes = useLab((s) => s.ownRecipes);
  const look = useLab((s) => s.lookAtRecipes);
  const compared = useLab((s) => s.recipeBench.look.compared);
  const embedded = recipes.filter(({ id }) => ownRecipes.every((own) => own.id !== id));
  const lines: Line[] = [
    ...embedded.map((recipe) => lineOf(recipe, draftOf(recipe), false, undefined)),
    ...ownRecipes.map(({ id, draft, problem }) =>
      lineOf(recipes.find((one) => one.id === id) ?? { id, ...draft }, draft, true, problem),
    ),
  ];
  function lineOf(
    of: Recipe | (RecipeDraft & { id: string }),
    draft: RecipeDraft,
    own: boolean,
    problem: string | undefined,
  ): Line {
    const recipe = 'presets' in of ? of : undefined;
    const formula = recipe?.formula ?? formulaOf(draft, spaces);
    return { id: of.id, name: of.name, formula, base: nameIn(spaces, of.base), recipe, draft, own, problem };
  }
  const toggle = (id: string) =>
    look({ compared: compared.includes(id) ? compared.filter((one) => one !== id) : [...compared, id] });
  return (
    <>
      <table className={styles.list}>
        <thead>
          <tr>
            <th scope="col">Recipe</th>
            <th scope="col">Formula</th>
            <th scope="col">Base</th>
            <th scope="col" className={styles.number}>
              Projectors
            </th>
            <th scope="col">Compare</th>
            <th scope="col">
              <span className={styles.unseen}>What can be done with it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <RecipeRow
              key={line.id}
              line={line}
              chosen={compared.includes(line.id)}
              onCompare={() => toggle(line.id)}
            />
          ))}
        </tbody>
      </table>
      <CompareCard />
    </>
  );
}

function RecipeRow({ line, chosen, onCompare }: { line: Line; chosen: boolean; onCompare: () => void }) {
  const { id, name, formula, base, recipe, draft, own, problem } = line;
  const library = useLab((s) => s.engine.library);
  const attempt = useLab((s) => s.attempt);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const look = useLab((s) => s.lookAtRecipes);
  const inUse = useLab((s) => s.recipeId === id);
  return (
    <tr data-recipe={id}>
      <th scope="row" className={styles.recipeName}>
        {own ? <OwnName id={id} name={name} /> : name}
        {own && <small>yours</small>}
        {inUse && <small>in the lab now</small>}
        {problem !== undefined && <p className={styles.problem}>{problem}</p>}
      </th>
      <td className={styles.recipeFormula}>
        <code>{formula}</code>
      </td>
      <td data-label="Base">{base}</td>
      <td data-label="Projectors" className={styles.number}>
        {recipe ? recipe.bonds.reduce((sum, { members }) => sum + members.length, 0) : '–'}
      </td>
      <td data-label="Compare">
        <Checkbox
          size="sm"
          aria-label={`Compare ${name}`}
          checked={chosen && recipe !== undefined}
          disabled={recipe === undefined}
          onChange={onCompare}
        />
      </td>
      <td>
        <span className={styles.actions}>
          {recipe && <OpenInLab recipe={recipe} compact />}
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`Build on ${name}`}
            title="Takes it over into the builder, as a draft"
            onClick={() => {
              setWorkshop({ draft });
              look({ face: 'build' });
            }}
          >
            Build on
          </Button>
          {recipe && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`Duplicate ${name}`}
              onClick={() => void attempt(() => library.duplicate(id))}
            >
              Duplicate
            </Button>
          )}
          {own && <Delete id={id} name={name} />}
        </span>
      </td>
    </tr>
  );
}

/** A name that can be changed in its place. */
function OwnName({ id, name }: { id: string; name: string }) {
  const library = useLab((s) => s.engine.library);
  const attempt = useLab((s) => s.attempt);
  const [typed, setTyped] = useState<string>();
  const keep = () => {
    const wanted = typed?.trim();
    setTyped(undefined);
    if (wanted !== undefined && wanted !== '' && wanted !== name)
      void attempt(() => library.rename(id, wanted));
  };
  return (
    <TextInput
      size="xs"
      className={styles.rename!}
      aria-label={`Name of ${name}`}
      maxLength={60}
      value={typed ?? name}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
        if (event.key === 'Escape') setTyped(undefined);
      }}
    />
  );
}

/** Asks before it deletes: what was built by hand cannot be had back. */
function Delete({ id, name }: { id: string; name: string }) {
  const library = useLab((s) => s.engine.library);
  const attempt = useLab((s) => s.attempt);
  const [asking, setAsking] = useState(false);
  return (
    <Popover opened={asking} onChange={setAsking} position="bottom-end" withArrow trapFocus withinPortal>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Delete ${name}`}
          onClick={() => setAsking((now) => !now)}
        >
          Delete
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.confirm}>
          <p>Delete “{name}”? Its ensembles and kept settings stay.</p>
          <Button size="xs" color="red" onClick={() => void attempt(() => library.remove(id))}>
            Delete it
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsking(false)}>
            Keep it
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
