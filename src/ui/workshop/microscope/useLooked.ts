import { useMemo } from 'react';
import { lookedOf, type LookState } from '../../../state/workshop/microscopeLook.ts';
import type { Looked } from '../../../state/workshop/microscopeLook.ts';
import { useLab } from '../../shared/LabContext.tsx';

/** What of the state decides what is looked at: the same object while none of it changes. */
export function useLookState(): LookState {
  const recipes = useLab((s) => s.recipes);
  const recipeId = useLab((s) => s.recipeId);
  const factors = useLab((s) => s.factors);
  const spaces = useLab((s) => s.spaces);
  const ensembles = useLab((s) => s.ensembles);
  const look = useLab((s) => s.microscope.look);
  return useMemo(
    () => ({ recipes, recipeId, factors, spaces, ensembles, look }),
    [recipes, recipeId, factors, spaces, ensembles, look],
  );
}

/** The recipe, bond and setting under the microscope; undefined where the recipe has no bond. */
export function useLooked(): Looked | undefined {
  const state = useLookState();
  return useMemo(() => lookedOf(state), [state]);
}
