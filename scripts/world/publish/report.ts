/** The figures that the README and the page quote: retrieval at every end and preset, and the aims the world is held to. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Direction, Modality } from '../../../src/base/modality.ts';
import { createRandom } from '../../../src/base/random.ts';
import { groupBootstrap } from '../../../src/math/bootstrap.ts';
import { dotRows } from '../../../src/math/fusion.ts';
import { gatherRows } from '../../../src/math/pseudoPairs.ts';
import { DIMS, ENSEMBLES, RECIPES, SPACES } from '../../../src/recipe/embedded.ts';
import type { Factors } from '../../../src/recipe/types.ts';
import type { InteriorGain, WorldReport } from '../../../src/world/figures.ts';
import { phrasePrompts } from '../../../src/world/classes.ts';
import { ESC10_CONCEPTS } from '../../../src/world/sounds/concepts.ts';
import { directionsAmong } from '../../../src/world/tasks.ts';
import type { Half } from '../../../src/world/types.ts';
import type { Recording } from '../browser/sounds.ts';
import { createEvaluator, type Evaluator } from './evaluate.ts';
import type { EncodedSpace } from '../spaces.ts';
import { componentsOf, mixtureOf, readTensors, type Mixtures, type World } from './world.ts';

const modalitiesOf = (components: object) => Object.keys(components) as Modality[];

function groupsOf(world: World, { task }: Evaluator, chosen: readonly number[]): string[] {
  return chosen.map((q) => world.manifest[task.queryModality][task.queries[q]!]!.group);
}

function halfQueries(world: World, { task }: Evaluator, half: Half): number[] {
  return [...task.queries.keys()].filter(
    (q) => world.manifest[task.queryModality][task.queries[q]!]!.half === half,
  );
}

const hits = (ranks: Uint32Array, chosen: readonly number[]) =>
  chosen.map((q) => (ranks[q] === 1 ? 1 : 0) as number);

/** The best interior setting of one direction on the validation half, measured on the test half against both ends. */
function interiorGain(world: World, evaluator: Evaluator, direction: Direction): InteriorGain {
  const validation = halfQueries(world, evaluator, 'validation');
  const test = halfQueries(world, evaluator, 'test');
  const at = (text: number, audio: number): Factors => ({ 'c-foley': { text, audio } });
  let best = { text: 0.1, audio: 0.1, R1: -1, MRR: -1 };
  for (let t = 1; t <= 9; t++) {
    for (let a = 1; a <= 9; a++) {
      const { R1, MRR } = evaluator.metricsAt(at(t / 10, a / 10), validation);
      if (R1 > best.R1 || (R1 === best.R1 && MRR > best.MRR)) best = { text: t / 10, audio: a / 10, R1, MRR };
    }
  }
  const chosen = hits(evaluator.ranksAt(at(best.text, best.audio)), test);
  const against = (factor: number) => {
    const end = hits(evaluator.ranksAt(at(factor, factor)), test);
    return groupBootstrap(
      chosen.map((hit, i) => hit - end[i]!),
      groupsOf(world, evaluator, test),
      createRandom(51),
    );
  };
  return {
    direction,
    factors: { text: best.text, audio: best.audio },
    R1: chosen.reduce((sum, hit) => sum + hit, 0) / chosen.length,
    overBase: against(0),
    overExpert: against(1),
  };
}

/** Share of the fold-5 recordings whose class has the nearest prompt mean, grouped by source recording. */
async function nameRecordings(cacheDir: string): Promise<WorldReport['esc10']> {
  const recordings = JSON.parse(await readFile(join(cacheDir, 'sounds/esc10.json'), 'utf8')) as Recording[];
  if (recordings.length === 0) return null;
  const dim = DIMS.foley;
  const stored = await readTensors(join(cacheDir, 'embeddings/recordings/foley.safetensors'));
  const concepts = Object.values(ESC10_CONCEPTS);
  let first = 0;
  const classes = concepts.map((concept) => {
    const count = phrasePrompts(concept).length;
    const mean = new Float32Array(dim);
    for (let i = first; i < first + count; i++) {
      for (let d = 0; d < dim; d++) mean[d]! += stored.get('text')![i * dim + d]!;
    }
    first += count;
    const length = Math.sqrt(dotRows(mean, 0, mean, 0, dim));
    return mean.map((value) => value / length);
  });
  const unseen = recordings.filter(({ fold }) => fold === 5);
  const right = unseen.map(({ concept, first: window, count }) => {
    const sum = new Float32Array(dim);
    const windows = gatherRows(
      stored.get('audio')!,
      Array.from({ length: count }, (_, i) => window + i),
      dim,
    );
    windows.forEach((value, i) => (sum[i % dim]! += value));
    const scores = classes.map((vector) => dotRows(sum, 0, vector, 0, dim));
    return concepts[scores.indexOf(Math.max(...scores))] === concept ? 1 : 0;
  });
  // "5-205898-A.ogg": cuts of one source recording share the middle number.
  const sources = unseen.map(({ file }) => file.split('-')[1]!);
  return { accuracy: groupBootstrap(right, sources, createRandom(52)), nRecordings: unseen.length };
}

/** Measures everything. */
export async function measureWorld(world: World, cacheDir: string): Promise<WorldReport> {
  const { manifest } = world;
  const spaces: WorldReport['spaces'] = {};
  for (const { id, dim, modalities } of SPACES) {
    if (modalities.length === 0) continue;
    const vectors = world.spaces[id as EncodedSpace];
    const components = Object.fromEntries(
      modalities.map((m) => [m, { names: [id], nItems: manifest[m].length, dim, data: [vectors[m]!] }]),
    );
    spaces[id] = Object.fromEntries(
      directionsAmong(modalities).map((direction) => [
        direction,
        createEvaluator(manifest, undefined, components, direction).metricsAt({}),
      ]),
    );
  }
  const recipes: WorldReport['recipes'] = {};
  const members: WorldReport['members'] = {};
  const interior: InteriorGain[] = [];
  for (const recipe of RECIPES) {
    const components = componentsOf(world, recipe);
    const evaluators = directionsAmong(modalitiesOf(components)).map(
      (direction) => [direction, createEvaluator(manifest, recipe, components, direction)] as const,
    );
    recipes[recipe.id] = Object.fromEntries(
      recipe.presets.map(({ name, factors }) => [
        name,
        Object.fromEntries(evaluators.map(([direction, one]) => [direction, one.metricsAt(factors)])),
      ]),
    );
    if (recipe.id === 'unified-pp') {
      for (const [direction, one] of evaluators) interior.push(interiorGain(world, one, direction));
    }
  }
  for (const [bondId, end] of [
    ['c-foley', 'Expert'],
    ['d-pictext', 'Unified'],
  ] as const) {
    members[bondId] = sevenAgainstOne(world, bondId, end);
  }
  const pseudoPairs = Object.fromEntries(
    await Promise.all(
      ENSEMBLES.map(
        async ({ id }) =>
          [id, JSON.parse(await readFile(join(cacheDir, `pairs/${id}.json`), 'utf8'))] as const,
      ),
    ),
  ) as WorldReport['pseudoPairs'];
  return { spaces, recipes, members, interior, esc10: await nameRecordings(cacheDir), pseudoPairs };
}

/** R@1 where the projected vectors stand alone: all members of a bond's ensemble together against each of them. */
function sevenAgainstOne(world: World, bondId: string, preset: string): WorldReport['members'][string] {
  const recipe = RECIPES.find(({ bonds }) => bonds.some(({ id }) => id === bondId))!;
  const { factors } = recipe.presets.find(({ name }) => name === preset)!;
  const [ensemble] = recipe.bonds.find(({ id }) => id === bondId)!.ensembles;
  const { id, source, members: names } = ensemble!;
  const figuresOf = (mixture: Mixtures) => {
    const components = componentsOf(world, recipe, mixture);
    return Object.fromEntries(
      directionsAmong(modalitiesOf(components)).map((direction) => [
        direction,
        createEvaluator(world.manifest, recipe, components, direction).metricsAt(factors).R1,
      ]),
    ) as Record<Direction, number>;
  };
  const all = figuresOf(world.mixture);
  const single = names.map((name, i) => {
    const space = source as EncodedSpace;
    const alone = mixtureOf([world.members.get(id)![i]!], world.spaces[space], DIMS[space]);
    return [name, figuresOf((one, of) => (one === id ? alone : world.mixture(one, of)))] as const;
  });
  return (Object.keys(all) as Direction[]).map((direction) => ({
    direction,
    all: all[direction],
    single: Object.fromEntries(single.map(([name, figures]) => [name, figures[direction]])),
  }));
}
