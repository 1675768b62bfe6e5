/** Picks what the page opens on. */
import { createEvaluator } from './evaluate.ts';
import { componentsOf, recipeById, type World } from './world.ts';

export const OPENING_RULE =
  'Among the captions of sounds on the validation half: the best right sound stands between rank 11 and 120 at the base and ' +
  'never falls as the audio slider alone moves from 0 to 1 in steps of 0.1. Taken is the caption with the best rank at 1, ' +
  'then the one that climbs most evenly (smallest greatest step on a log scale), then the first in order.';

const STEPS = Array.from({ length: 11 }, (_, i) => i / 10);

/** The caption whose right answer visibly climbs. @throws Error when no caption fits the rule. */
export function pickOpening(world: World): { queryId: string; gallery: 'audio'; rule: string } {
  const recipe = recipeById('unified-pp');
  const evaluator = createEvaluator(world.manifest, recipe, componentsOf(world, recipe), 'text>audio');
  const ranks = STEPS.map((audio) => evaluator.ranksAt({ 'c-foley': { text: 0, audio } }));
  const fits = [...evaluator.task.queries.entries()].flatMap(([q, item]) => {
    const { id, half, source } = world.manifest.text[item]!;
    const path = ranks.map((at) => at[q]!);
    const climbs = path.every((rank, i) => i === 0 || rank <= path[i - 1]!);
    if (half !== 'validation' || source !== 'sound' || !climbs || path[0]! < 11 || path[0]! > 120) return [];
    const steps = path.slice(1).map((rank, i) => Math.log(path[i]! / rank));
    return [{ id, last: path.at(-1)!, step: Math.max(...steps) }];
  });
  const best = fits.toSorted((a, b) => a.last - b.last || a.step - b.step)[0];
  if (!best)
    throw new Error('No caption climbs as the opening rule asks; the bond c(Foley) may be badly trained.');
  return { queryId: best.id, gallery: 'audio', rule: OPENING_RULE };
}
