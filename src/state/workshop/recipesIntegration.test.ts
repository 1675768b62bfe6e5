import { expect, test } from 'vitest';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import {
  allSettings,
  fourRecipes,
  fourWays,
  integrationJob,
  pairsAtHand,
  valuesTried,
} from './recipesIntegration.ts';

const options = { signal: new AbortController().signal, onProgress: () => undefined };

test('two experts are joined in four ways over the same ensembles, found where they are there already', () => {
  const engine = createFakeEngine();
  const pairs = pairsAtHand(engine);
  expect(pairs.map(({ base, experts }) => `${base}: ${experts.join(' ')}`)).toEqual(
    ['unified: foley tone', 'pictext: foley tone', 'unified-dagger: foley tone'].filter(
      (words) => !words.startsWith('pictext'),
    ),
  );
  const [pair] = pairs;
  expect(fourWays(pair!, engine.spaces).map(({ name }) => name)).toEqual([
    'Foley and Tone, averaged',
    'Foley and Tone, weighed',
    'Foley, then Tone',
    'Tone, then Foley',
  ]);
  const made = fourRecipes(engine, pair!);
  // Averaged ships with the lab.
  expect(made.map(({ formula }) => formula)).toEqual([
    'Unified + c(Foley, Tone)',
    'Unified + c(Foley | Tone)',
    'Unified + c(Foley) + c(Tone)',
    'Unified + c(Tone) + c(Foley)',
  ]);
  expect(made[0]!.id).toBe('unified-pp-two');
  expect(engine.library.own()).toHaveLength(3);
  expect(fourRecipes(engine, pair!)).toEqual(made);
  expect(engine.library.own()).toHaveLength(3);
  expect(made.map((recipe) => allSettings(recipe, valuesTried(made)).length)).toEqual([25, 625, 625, 625]);
  expect(valuesTried([made[0]!])).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('each way is counted at its own best setting of the validation half', async () => {
  const engine = createFakeEngine();
  const made = fourRecipes(engine, pairsAtHand(engine)[0]!);
  const { recipes, told, places, notes } = await integrationJob(made, {})(engine, options);
  expect(places[told]!.name).toBe('best found');
  expect(recipes.map(({ nTried }) => nTried)).toEqual([25, 625, 625, 625]);
  expect(notes[0]).toMatch(/mean R@1 of audio>text and text>audio on the validation half/);
  // No other of its settings is better on the validation half: looked up one by one.
  const [averaged] = made;
  const settings = allSettings(averaged!, [0, 0.25, 0.5, 0.75, 1]);
  const tasks = ['audio>text', 'text>audio'] as const;
  const found = await engine.study({ subject: { recipeId: averaged!.id }, tasks, settings });
  const score = (s: number) =>
    tasks.reduce((sum, task) => {
      const { halves } = engine.task(task);
      const { ranks, offsets } = found[task]!;
      const nAnswers = offsets.at(-1)!;
      const own = halves.map((half, q) => [half, ranks[s * nAnswers + offsets[q]!]!] as const);
      const asked = own.filter(([half]) => half === 'validation');
      return sum + asked.filter(([, rank]) => rank === 1).length / asked.length;
    }, 0);
  const best = settings.findIndex(
    (one) => JSON.stringify(one) === JSON.stringify(recipes[0]!.settings[told]!.factors),
  );
  expect(best).toBeGreaterThanOrEqual(0);
  expect(Math.max(...settings.map((_, s) => score(s)))).toBeCloseTo(score(best), 12);
});
