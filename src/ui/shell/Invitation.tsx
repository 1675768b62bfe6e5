import { slidersOf } from '../../recipe/sliders.ts';
import type { Recipe, Space } from '../../recipe/types.ts';
import { recipeOf } from '../../state/selectors.ts';
import { inList, nameIn } from '../../state/workshop/recipesWords.ts';
import { useLab } from '../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import styles from './Invitation.module.css';

/** One line that says what to do first; it goes when it has been done. */
export function Invitation() {
  const dragged = useLab((s) => s.dragMs !== undefined);
  const recipe = useLab(recipeOf);
  const spaces = useLab((s) => s.spaces);
  const embedded = useLab((s) => s.engine.embedded);
  if (dragged) return null;
  return <p className={styles.invitation}>{invitationTo(recipe, spaces, embedded)}</p>;
}

/** What to try first with a recipe: its last bond, and, where it was measured, what that costs. */
function invitationTo(recipe: Recipe, spaces: readonly Space[], embedded: boolean): string {
  const slider = slidersOf(recipe).at(-1);
  const bond = recipe.bonds.find(({ id }) => id === slider?.bondId);
  if (!slider || !bond)
    return 'Nothing is weighed in this recipe: every modality comes from one space alone.';
  const expert = inList(slider.experts.map((id) => nameIn(spaces, id)));
  if (embedded && bond.kind === 'displacement')
    return `Drag towards ${expert}: words and pictures gain, and the sounds are left behind. Watch the sound tasks below.`;
  return embedded && slider.modality === 'audio'
    ? `Drag the audio slider to ${expert}: the right sound climbs. Watch sound → picture pay below.`
    : `Drag the ${MODALITY_WORDS[slider.modality].slider.toLowerCase()} slider to ${expert}, and watch below what gains and what pays.`;
}
