/**
 * Open question 1: are two experts of the same kind better side by side, averaged or weighed apart, or one after the other? Four
 * recipes over the same ensembles, each at the setting that is best for it.
 */
import { InputError } from '../../base/errors.ts';
import type { Modality } from '../../base/modality.ts';
import type { LabEngine } from '../../engine/types.ts';
import { metricBySetting } from '../../math/answers.ts';
import {
  buildRecipe,
  draftOf,
  ensemblesBetween,
  whyIllegal,
  type BondDraft,
  type Parts,
  type RecipeDraft,
} from '../../recipe/build.ts';
import { defaultFactors } from '../../recipe/coefficients.ts';
import { slidersOf, withValue } from '../../recipe/sliders.ts';
import type { Factors, Recipe, Space } from '../../recipe/types.ts';
import { directionsAmong } from '../../world/tasks.ts';
import { positionsOf } from '../evidence/figures.ts';
import { expertFactors } from '../evidence/taskFigures.ts';
import { countTasks, METRIC, recipeFacts } from './recipesCompare.ts';
import { patientStudy, stepOf } from './recipesKeeper.ts';
import type { ComparedRecipe, Comparison, CountJob, Place } from './recipesTypes.ts';
import { nameIn } from './recipesWords.ts';

/** Every slider takes each of these values; the coarser ones where the finer would be too many settings. */
const TRIED = [
  [0, 0.25, 0.5, 0.75, 1],
  [0, 0.5, 1],
];
const MAX_SETTINGS = 1000;

/** Two experts and the space they are joined to. */
export interface Pair {
  base: string;
  experts: readonly [string, string];
  /** Id of the ensemble of each. */
  ensembles: readonly [string, string];
}

/** The four ways of joining two experts, named so that they are told apart among other recipes. */
export function fourWays(
  { base, experts: [a, b], ensembles: [ea, eb] }: Pair,
  spaces: readonly Space[],
): RecipeDraft[] {
  const [one, two] = [nameIn(spaces, a), nameIn(spaces, b)];
  const c = (
    experts: string[],
    ensembles: string[],
    parallel: 'averaged' | 'weighed' = 'averaged',
  ): BondDraft => ({
    kind: 'combination',
    experts,
    ensembles,
    parallel,
  });
  const on = base === 'unified' ? '' : ` on ${nameIn(spaces, base)}`;
  return [
    { name: `${one} and ${two}, averaged${on}`, base, bonds: [c([a, b], [ea, eb])] },
    { name: `${one} and ${two}, weighed${on}`, base, bonds: [c([a, b], [ea, eb], 'weighed')] },
    { name: `${one}, then ${two}${on}`, base, bonds: [c([a], [ea]), c([b], [eb])] },
    { name: `${two}, then ${one}${on}`, base, bonds: [c([b], [eb]), c([a], [ea])] },
  ];
}

/** Every two experts of the same modalities that ensembles project into one base that encodes something. */
export function pairsAtHand(parts: Parts): Pair[] {
  const encoded = parts.spaces.filter(({ modalities }) => modalities.length > 0);
  return encoded.flatMap((base) =>
    encoded.flatMap((a, i) =>
      encoded.slice(i + 1).flatMap((b): Pair[] => {
        const [ea] = ensemblesBetween({ source: a.id, target: base.id }, parts);
        const [eb] = ensemblesBetween({ source: b.id, target: base.id }, parts);
        if (!ea || !eb) return [];
        const pair: Pair = { base: base.id, experts: [a.id, b.id], ensembles: [ea.id, eb.id] };
        const legal = fourWays(pair, parts.spaces).every((draft) =>
          draft.bonds.every((_, k) => whyIllegal(draft, k, parts.spaces) === undefined),
        );
        return legal ? [pair] : [];
      }),
    ),
  );
}

const plain = (recipe: Recipe) => JSON.stringify({ ...draftOf(recipe), name: '' });

/**
 * The four recipes, found among those at hand where they are there already, and made where not: as the user's own, so that each
 * can be opened in the lab and questioned further with every panel of the page. @throws InputError as buildRecipe().
 */
export function fourRecipes(
  engine: Pick<LabEngine, 'library' | 'recipes' | 'spaces' | 'ensembles'>,
  pair: Pair,
): Recipe[] {
  return fourWays(pair, engine.spaces).map((draft) => {
    const wanted = buildRecipe(draft, 'wanted', engine);
    return engine.recipes.find((one) => plain(one) === plain(wanted)) ?? engine.library.create(draft);
  });
}

/** Values of each slider: the same for all recipes, so that none is looked at more finely. */
export function valuesTried(recipes: readonly Recipe[]): readonly number[] {
  const nSliders = Math.max(...recipes.map((recipe) => slidersOf(recipe).length));
  return TRIED.find((values) => values.length ** nSliders <= MAX_SETTINGS) ?? TRIED.at(-1)!;
}

/** Every setting of a recipe's sliders over some values: the first slider slowest. */
export function allSettings(recipe: Recipe, values: readonly number[]): Factors[] {
  return slidersOf(recipe).reduce<Factors[]>(
    (settings, slider) => settings.flatMap((at) => values.map((value) => withValue(at, slider, value))),
    [defaultFactors(recipe)],
  );
}

const PLACES: Place[] = [
  { name: 'base', about: 'Every slider at its base end: the same for all four.' },
  {
    name: 'AT Expertise',
    about: 'Every expert at the paper’s text 0.5, audio 0.8 (half way where it has no such setting).',
  },
  {
    name: 'best found',
    about:
      'The setting with the highest mean R@1 over the tasks that the experts serve, on the validation half; the figures are of the test half.',
  },
  { name: 'expert', about: 'Every slider at its expert end.' },
];

/** Counts the four recipes at their own best settings. @throws InputError; as LabEngine.study. */
export function integrationJob(
  recipes: readonly Recipe[],
  masks: Readonly<Record<string, readonly boolean[]>>,
): CountJob<Comparison> {
  return async (engine, options) => {
    const shared = recipes[0]!.bonds[0]!.experts.map(
      (id) => engine.spaces.find((space) => space.id === id)?.modalities ?? [],
    );
    const modalities = shared[0]!.filter((modality: Modality) =>
      shared.every((own) => own.includes(modality)),
    );
    const tasks = directionsAmong(modalities);
    if (tasks.length === 0)
      throw new InputError('These experts serve no task together: nothing says which setting is best.');
    const tryValues = valuesTried(recipes);
    const notes = new Set<string>();
    const compared: ComparedRecipe[] = [];
    for (const [r, recipe] of recipes.entries()) {
      const own = stepOf(options, r, recipes.length);
      const settings = allSettings(recipe, tryValues);
      const tried = await patientStudy(
        engine,
        { subject: { recipeId: recipe.id }, tasks, settings },
        stepOf(own, 0, 2),
      );
      const values = tasks.map((task) => {
        const answers = tried[task];
        if (!answers) throw new InputError(`${recipe.name} does not serve ${task}.`);
        return metricBySetting(answers, METRIC, positionsOf(engine.task(task), 'validation'));
      });
      const sums = settings.map((_, s) => values.reduce((sum, of) => sum + of[s]!, 0));
      // Of equal ones the first: less of the expert for the same.
      const best = sums.reduce((at, sum, s) => (sum > sums[at]! ? s : at), 0);
      const paper =
        recipe.presets.find(({ name }) => name === 'AT Expertise') ??
        recipe.presets.find(({ name }) => name === 'Half');
      const chosen = [
        { name: 'base', factors: defaultFactors(recipe) },
        { name: paper?.name ?? 'base', factors: paper?.factors ?? defaultFactors(recipe) },
        { name: 'best found', factors: settings[best]! },
        { name: 'expert', factors: expertFactors(recipe) },
      ];
      const factors = chosen.map((one) => one.factors);
      const { result, note } = await countTasks(engine, recipe.id, factors, stepOf(own, 1, 2));
      if (note !== undefined) notes.add(note);
      compared.push({
        ...recipeFacts(recipe, engine.spaces, masks),
        settings: chosen,
        result,
        nTried: settings.length,
      });
    }
    return {
      places: PLACES,
      told: 2,
      recipes: compared,
      notes: [
        `Best found: highest mean R@1 of ${tasks.join(' and ')} on the validation half, every slider at ${tryValues.join(', ')}. A recipe with more sliders has more settings to choose from; what that gains by chance is not in the test half’s figures.`,
        ...notes,
      ],
    };
  };
}
