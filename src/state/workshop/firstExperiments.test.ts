import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import type { SizeReport } from '../../engine/microscope/types.ts';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import type { TaskId } from '../../world/types.ts';
import { answersOf, fourQueries } from '../evidence/task.testing.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import {
  allAt,
  paperWords,
  sweepCurve,
  sweepJob,
  sweepRows,
  sweepTables,
  SWEEPS,
} from './firstExperiments.ts';
import { MIXTURE_RECIPES, mixtureAsk, mixtureRows, mixtureTable } from './firstExperimentsMixture.ts';
import type { SweepStudy } from './recipesTypes.ts';

const options = { signal: new AbortController().signal, onProgress: () => undefined };
const recipeOf = (id: string) => RECIPES.find((recipe) => recipe.id === id)!;
const [DISPLACEMENT, COMBINATION] = [SWEEPS[0]!, SWEEPS[1]!];
const info = fourQueries('validation', 'test', 'test', 'test');

/** A sweep of three values and one named setting; the first query is the validation half. */
function study(plan: typeof DISPLACEMENT, task: TaskId, base: string, expert: string): SweepStudy {
  return {
    recipeId: plan.recipeId,
    tasks: [task, 'audio>image'],
    values: [0, 0.5, 1],
    named: [{ name: plan.presets[0]!, factors: { b: { text: 0.9, image: 0.9 } } }],
    result: { [task]: answersOf([9, 9, 9, 9], [1, 1, 1, 9], [5, 1, 9, 9], [5, 1, 1, 1]) },
    spaces: { [base]: { [task]: answersOf([9, 1, 9, 9]) }, [expert]: { [task]: answersOf([1, 1, 1, 9]) } },
    base,
    expert,
    off: ['Foley T'],
    members: {},
  };
}

test('a displacement has its ends, the paper’s setting and the best that the validation half chose', () => {
  const one = study(DISPLACEMENT, 'text>image', 'unified', 'pictext');
  const [row, ...others] = sweepRows(one, recipeOf('pictext-u'), SPACES, () => info);
  expect(others).toEqual([]);
  expect([row!.nQueries, row!.best]).toEqual([3, 0.5]);
  const third = (n: number) => expect.closeTo(n / 3, 12) as number;
  expect(
    row!.figures.map(({ name, value, fromBase, fromExpert }) => [
      name,
      value,
      fromBase?.mean,
      fromExpert?.mean,
    ]),
  ).toEqual([
    ['Unified, own space', third(1), undefined, third(-1)],
    ['Unified, projected', 0, third(-1), third(-2)],
    ['Paper', 1, third(2), third(1)],
    ['best of the sweep', third(2), third(1), 0],
    ['PicText, own space', third(2), third(1), undefined],
  ]);
  expect(row!.figures.map(({ factor }) => factor)).toEqual([0, 0, 0.9, 0.5, 1]);
  // The curve is the sweep alone, without the named settings.
  expect([...sweepCurve(one, { ...info, id: 'text>image' })!]).toEqual([0, third(2), third(1)]);
});

test('a combination ends at the projected expert, which is not the expert’s own space', () => {
  const one = study(COMBINATION, 'audio>text', 'unified', 'foley');
  const [row] = sweepRows(one, recipeOf('unified-pp'), SPACES, () => info);
  expect(row!.figures.map(({ name }) => name)).toEqual([
    'Unified, own space',
    'Versatile',
    'best of the sweep',
    'Foley, projected',
    'Foley, own space',
  ]);
});

test('a half without queries chooses nothing', () => {
  const one = study(DISPLACEMENT, 'text>image', 'unified', 'pictext');
  const bare = fourQueries('test', 'test', 'test', 'test');
  const [row] = sweepRows(one, recipeOf('pictext-u'), SPACES, () => bare);
  expect(row!.best).toBeUndefined();
  expect(row!.figures.map(({ name }) => name)).not.toContain('best of the sweep');
});

test('tables hold what the screen shows, the sweep with intervals, and the paper’s table beside', () => {
  const one = study(DISPLACEMENT, 'text>image', 'unified', 'pictext');
  const [figures, sweep] = sweepTables(DISPLACEMENT, one, recipeOf('pictext-u'), SPACES, (id) => ({
    ...info,
    id,
  }));
  for (const table of [figures!, sweep!]) {
    for (const row of table.rows)
      expect(Object.keys(row).sort()).toEqual(table.columns.map(({ key }) => key).sort());
  }
  expect(figures!.notes).toContain('Projectors off: Foley T.');
  expect(figures!.setting!.recipe.id).toBe('pictext-u');
  expect(figures!.rows).toHaveLength(5);
  expect(figures!.rows.find(({ what }) => what === 'best of the sweep')!.factor).toBe(0.5);
  expect(sweep!.rows.map(({ factor, value }) => [factor, value])).toEqual([
    [0, 0],
    [0.5, expect.closeTo(2 / 3, 12)],
    [1, expect.closeTo(1 / 3, 12)],
  ]);
  expect(sweep!.rows[1]!['from base low']).not.toBeNull();
  expect(paperWords(DISPLACEMENT)).toMatch(
    /table 3 .* COCO R@1: ImageBind 57.28, InternVL_IB 61.49, InternVL 61.05/,
  );
  expect(paperWords(COMBINATION)).toMatch(
    /AudioCaps R@1: ImageBind 9.24, .*ImageBind\+\+ \(AT\) 42.50, CLAP_g 40.25/,
  );
});

test.each(SWEEPS.map((plan) => [plan.id, plan] as const))(
  '%s: one click counts sweep, settings and both spaces',
  async (_, plan) => {
    const engine = createFakeEngine();
    const done: number[] = [];
    const found = await sweepJob(plan, {})(engine, {
      ...options,
      onProgress: (fraction) => done.push(fraction),
    });
    const recipe = recipeOf(plan.recipeId);
    expect(found.values).toHaveLength(21);
    expect(Object.keys(found.spaces)).toEqual([recipe.base, recipe.bonds[0]!.experts[0]]);
    expect(found.named.map(({ name }) => name)).toEqual(plan.presets);
    for (const task of plan.tasks) {
      expect(found.result[task]!.nSettings).toBe(21 + plan.presets.length);
      // The middle of the sweep is every slider at one half, counted by itself.
      const alone = await engine.study({
        subject: { recipeId: recipe.id },
        tasks: [task],
        settings: [allAt(recipe, 0.5)],
      });
      const n = alone[task]!.ranks.length;
      expect([...found.result[task]!.ranks.subarray(10 * n, 11 * n)]).toEqual([...alone[task]!.ranks]);
    }
    await expect(sweepJob({ ...plan, recipeId: 'gone' }, {})(engine, options)).rejects.toThrow(InputError);
  },
);

const REPORT: SizeReport = {
  recipeId: 'unified-pp-two',
  bondId: 'c-foley-tone',
  metric: 'R1',
  half: 'test',
  replicates: ['seed 1', 'seed 2'],
  warnings: ['Two training seeds: …'],
  rows: [
    {
      task: 'audio>text',
      setting: 'Experts',
      nQueries: 216,
      chance: 0.01,
      base: 0.05,
      unstable: false,
      sizes: [
        {
          size: 1,
          values: [],
          mean: 0,
          sd: undefined,
          low: 0,
          high: 0,
          sets: [
            { members: [{ ensemble: 'foley-to-unified', member: 'T' }], values: [0.2, 0.4] },
            { members: [{ ensemble: 'tone-to-unified', member: 'T' }], values: [0.1, 0.1] },
          ],
        },
        { size: 14, values: [0.4, 0.5], mean: 0.45, sd: 0.07, low: 0.4, high: 0.5, sets: [] },
      ],
    },
  ],
};

test('a mixture stands against each projector alone and against their mean', () => {
  const recipe = recipeOf('unified-pp-two');
  const [row] = mixtureRows(REPORT, recipe.bonds[0]!, SPACES);
  expect(row!.singles).toEqual([
    { name: 'Foley T', value: expect.closeTo(0.3, 12) as number },
    { name: 'Tone T', value: expect.closeTo(0.1, 12) as number },
  ]);
  expect(row!.single).toEqual({
    mean: expect.closeTo(0.2, 12),
    low: expect.closeTo(0.1, 12),
    high: expect.closeTo(0.3, 12),
  });
  expect(row!.mixtures).toEqual([{ size: 14, value: 0.45, sd: 0.07, gain: expect.closeTo(0.25, 12) }]);
  const table = mixtureTable(REPORT, recipe, SPACES);
  expect(table.rows.map(({ what, size }) => [what, size])).toEqual([
    ['Foley T', 1],
    ['Tone T', 1],
    ['mean of the single projectors', 1],
    ['mixture of 14', 14],
  ]);
  for (const one of table.rows)
    expect(Object.keys(one).sort()).toEqual(table.columns.map(({ key }) => key).sort());
  expect(table.notes!.at(-1)).toBe('Two training seeds: …');
});

test('mixtures are asked at the paper’s setting and at the projected end, on the test half', async () => {
  for (const id of MIXTURE_RECIPES) {
    const ask = mixtureAsk(recipeOf(id), [{ name: 'seed 1', ensembles: {} }]);
    const asked: unknown[] = [];
    const microscope = {
      ...createFakeEngine().microscope,
      sizeStudy: (request: unknown) => {
        asked.push(request);
        return Promise.resolve(REPORT);
      },
    };
    await ask.run(microscope, {});
    expect(asked[0]).toMatchObject({
      bondId: recipeOf(id).bonds[0]!.id,
      metric: 'R1',
      half: 'test',
      settings: [{ name: 'AT Expertise' }, { name: id === 'unified-pp' ? 'Expert' : 'Experts' }],
    });
  }
  expect(() => mixtureAsk(recipeOf('pictext-upp'), [])).toThrow(InputError);
});
