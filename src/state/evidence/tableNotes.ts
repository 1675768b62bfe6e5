/** Notes that let a reader of a table trace and repeat its figures. */
import { SAMPLE_SEED } from '../../engine/study.ts';
import { metricOf } from '../../math/answers.ts';
import { slidersOf, valueAt } from '../../recipe/sliders.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { CLASS_CAVEAT } from '../../world/classes.ts';
import { CLASS_TASKS } from '../../world/tasks.ts';
import { recipeOf } from '../selectors.ts';
import type { Grid, LabState } from '../types.ts';
import { BOOTSTRAP_SEED, positionsOf, type HalfChoice } from './figures.ts';

export interface NoteParts {
  /** The setting of `current`; left out where the table is of many. */
  factors?: Factors | undefined;
  grid?: Grid | undefined;
  /** The half that figures are over, where the table is of one task and one half. */
  half?: HalfChoice;
  /** It holds intervals. */
  interval?: boolean;
  /** It holds classifications. */
  classes?: boolean;
  /** It holds changed collections. */
  conditions?: boolean;
}

/** "c-foley.text 0.1, c-foley.audio 0.5", unrounded. */
function factorWords(recipe: Recipe, factors: Factors): string {
  return slidersOf(recipe)
    .map((slider) => `${slider.id} ${valueAt(factors, slider)}`)
    .join(', ');
}

const HALF_WORDS: Record<HalfChoice, string> = {
  validation: 'validation half',
  test: 'test half',
  all: 'both halves',
};

/** Recipe, factors, members, collection, queries, metric, interval, precision, backend: a sentence each. */
export function tableNotes(state: LabState, parts: NoteParts): string[] {
  const { engine, metric, task, masks, device, half } = state;
  const { manifest } = engine;
  const { sampleQueries, planes } = device.memory;
  const recipe = recipeOf(state);
  const members = recipe.bonds.map(({ id, members: names }) => {
    const on = names.filter((_, i) => masks[id]?.[i] ?? true);
    return `${id}: ${on.length} of ${names.length} (${on.join(' ')})`;
  });
  const { name, about, higherIsBetter } = metricOf(metric);
  const info = engine.task(task);
  const notes = [
    `Recipe: ${recipe.name} = ${recipe.formula} (${recipe.id}). Factors run from 0 (base) to 1 (expert).`,
    ...(parts.factors ? [`Factors: ${factorWords(recipe, parts.factors)}.`] : []),
    `Members of the mixtures: ${members.join('; ')}.`,
    `Collection: ${manifest.name} (${manifest.id}, version ${manifest.version}, seed ${manifest.seed}): ${manifest.text.length} texts, ${manifest.image.length} pictures, ${manifest.audio.length} sounds.`,
    `Metric: ${name}. ${about}${higherIsBetter || metric !== 'MedR' ? '' : ' A negative change is better.'}`,
    parts.half === undefined
      ? `Figures are over the ${HALF_WORDS[half]} where a column does not say another; queries are split by group.`
      : `${task}: ${positionsOf(info, parts.half).length} queries (${HALF_WORDS[parts.half]}, split by group), ${info.nGallery} ${info.classes ? 'classes' : 'items'} in the gallery.`,
  ];
  if (parts.grid) {
    const { x, y, xs, ys, settings } = parts.grid;
    notes.push(
      `Grid: ${settings.length} settings, ${xs.length} values of ${x.id} by ${ys.length} of ${y.id}, evenly from 0 to 1; other sliders as at ${factorWords(recipe, settings[0]!)}. Chosen on the validation half, of equal settings the nearest to the base; reported on the test half.`,
    );
  }
  if (parts.interval) {
    notes.push(
      `Intervals: paired bootstrap 95%, percentiles of 2,000 draws of whole groups with replacement, seed ${BOOTSTRAP_SEED}; not corrected for how many are shown.`,
    );
  }
  if (parts.classes) {
    for (const id of CLASS_TASKS) {
      const prompts = state.templates[id].map((template) => `"${template}"`).join(', ');
      notes.push(`Prompts of ${id}: ${prompts}; a class is the normalised mean of its fused prompts.`);
    }
    if (engine.embedded) notes.push(CLASS_CAVEAT);
  }
  if (parts.conditions) {
    notes.push(...engine.conditions.map(({ id, about: words }) => `Condition ${id}: ${words}`));
  }
  if (sampleQueries !== undefined) {
    notes.push(
      `A seeded sample of ${sampleQueries} queries is counted of each task that has more (seed ${SAMPLE_SEED}), not all of them.`,
    );
  }
  const made =
    planes === 'float16'
      ? 'their cosines kept in float16 and fused in float32'
      : 'fused and scored in float32';
  notes.push(
    `Embeddings stored as float16 unit rows, ${made} by ${device.scoring === 'webgpu' ? 'WebGPU' : 'WebAssembly'}; ties go to the lower gallery index.`,
  );
  return notes;
}
