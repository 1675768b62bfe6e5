/** Two spaces that share texts become one: the expert is projected into the base through them (Ex-MCR, arXiv 2310.08884). */
import { InputError } from '../../base/errors.ts';
import { createWorkshopScripting } from '../workshop/scripting.ts';
import type { LabState } from '../types.ts';

/**
 * Trains a mixture of projectors from the expert's space into the base's on the validation half of the collection in use, builds
 * the recipe of them and shows it in the lab. Resolves once it is ranked.
 * @param closed resolves when the lab ends: another collection was opened
 * @throws InputError where the spaces share no texts here or the lab ends meanwhile, or the training's own error.
 */
export async function bindThroughText(
  lab: () => LabState,
  baseId: string,
  expertId: string,
  closed: Promise<void> = new Promise(() => undefined),
): Promise<string> {
  const ended = closed.then((): never => {
    throw new InputError(
      'Another collection was opened while the projectors were trained. The run is kept: let it go on in the workshop.',
    );
  });
  return Promise.race([bind(lab, baseId, expertId), ended]);
}

async function bind(lab: () => LabState, baseId: string, expertId: string): Promise<string> {
  const workshop = createWorkshopScripting(lab);
  const nameOf = (id: string) => lab().spaces.find((space) => space.id === id)?.name ?? id;
  const name = `${nameOf(baseId)} + ${nameOf(expertId)}`;
  const runId = await workshop.train({
    kind: 'combination',
    base: baseId,
    expert: expertId,
    members: ['T'],
    pool: 'collection',
    name,
  });
  await workshop.runDone(runId);
  const recipeId = await workshop.createRecipe({
    name,
    base: baseId,
    bonds: [{ kind: 'combination', experts: [expertId] }],
  });
  await lab().chooseRecipe(recipeId);
  lab().show('lab');
  return recipeId;
}
