/** The exported script, run by Python where it is there, prints the plain twin's figures; its parts hold without Python too. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { MODALITIES, splitDirection } from '../../base/modality.ts';
import type { ComponentSet, LabEngine } from '../../engine/types.ts';
import { readNpz, writeNpz } from '../../formats/npz.ts';
import { METRICS } from '../../math/answers.ts';
import { presetFactors } from '../../recipe/coefficients.ts';
import { RECIPES } from '../../recipe/embedded.ts';
import { drawComponents, drawTask, recipeCases, type RecipeCase } from '../../recipe/recipes.testing.ts';
import { taskAnswerRanks } from '../../recipe/taskScores.ts';
import { classTask } from '../../world/classes.ts';
import { CLASS_TASKS, DIRECTIONS, isClassTask, TASKS } from '../../world/tasks.ts';
import type { ClassTaskId, RetrievalTask, TaskId, TaskInfo } from '../../world/types.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import { rankedTasks, readComponents, readManifest } from './embeddedWorld.testing.ts';
import { figureOf, positionsOf, type HalfChoice } from './figures.ts';
import {
  componentArray,
  COMPONENTS_FILE,
  ownNames,
  pythonArrays,
  type PythonInputs,
} from './pythonArrays.ts';
import { exportPython } from './python.ts';
import { pythonScript } from './pythonScript.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => queueMicrotask(callback));
  return () => vi.unstubAllGlobals();
});
const folder = mkdtempSync(join(tmpdir(), 'bondlab-python-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

/** Runs the script on its file in a folder of its own. */
function runPython(inputs: PythonInputs, script = pythonScript(inputs)) {
  writeFileSync(join(folder, COMPONENTS_FILE), writeNpz(pythonArrays(inputs)));
  return runScript(script);
}

function runScript(script: string) {
  writeFileSync(join(folder, 'script.py'), script);
  const { status, stdout, stderr } = spawnSync('python3', ['script.py'], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What the script recomputed: the seven figures by task and half. */
function printedFigures(stdout: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  let task = '';
  for (const line of stdout.split('\n')) {
    task = /^(\w+>\w+): /.exec(line)?.[1] ?? task;
    const own = /^ *(\w+), recomputed +(.*)$/.exec(line);
    if (own) found.set(`${task} ${own[1]}`, own[2]!.trim().split(/ +/).map(Number));
  }
  return found;
}

/** What holds of a script and its file wherever it runs: nothing of the recipe is left out. */
function checkParts(inputs: PythonInputs): void {
  const script = pythonScript(inputs);
  const sets = [...Object.entries(inputs.components), ...Object.entries(inputs.classes)];
  for (const [key, set] of sets as [keyof typeof inputs.components, ComponentSet][]) {
    for (const name of ownNames(set)) expect(script).toContain(`part(${JSON.stringify(name)})`);
    expect(set.nItems).toBeGreaterThan(0);
    expect(key).toBeTruthy();
  }
  for (const [key, byModality] of Object.entries(inputs.factors)) {
    const line = script.split('\n').find((one) => one.startsWith(`    ${JSON.stringify(key)}: {`))!;
    for (const [modality, f] of Object.entries(byModality)) {
      expect(Number(new RegExp(`"${modality}": ([^,}]+)`).exec(line)![1])).toBe(f);
    }
  }
  const file = readNpz(writeNpz(pythonArrays(inputs)).buffer);
  for (const modality of MODALITIES) {
    const set = inputs.components[modality]!;
    set.names.forEach((name, k) => {
      const { shape, data } = file.get(componentArray(modality, name))!;
      expect(shape).toEqual([set.nItems, set.dim]);
      expect(data).toEqual(set.data[k]);
    });
  }
  for (const { info, gallery } of inputs.tasks) {
    expect(script).toContain(`    ${JSON.stringify(info.id)}: (`);
    const at = (name: string) => file.get(`tasks/${info.id.replace('>', '-to-')}/${name}`)!.data;
    expect(at('queries')).toEqual(info.queries);
    expect(at('gallery')).toEqual(gallery);
    const [offsets, answers] = [at('offsets'), at('answers')];
    info.relevant.forEach((right, q) => {
      expect(answers.slice(offsets[q]!, offsets[q + 1]!)).toEqual(right);
    });
    expect([...at('test_half')].map((one) => (one === 1 ? 'test' : 'validation'))).toEqual(info.halves);
  }
}

/**
 * Holds what Python prints, with six digits after the point, to the figures of the plain twin. A query whose gap is below 1e-6
 * may stand elsewhere in double precision: each such one may change a mean by its share, and the median by a place.
 */
function checkFigures(inputs: PythonInputs): void {
  const { status, stdout, stderr } = runPython(inputs);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const printed = printedFigures(stdout);
  for (const { info, answers } of inputs.tasks) {
    const nNear = Number(new RegExp(`^${info.id}: .* (\\d+) with a gap below`, 'm').exec(stdout)![1]);
    expect(nNear).toBeLessThanOrEqual(Math.ceil(0.01 * info.queries.length));
    for (const half of ['all', 'validation', 'test'] as HalfChoice[]) {
      const figures = printed.get(`${info.id} ${half}`)!;
      METRICS.forEach(({ id }, m) => {
        const slack = id === 'MedR' ? nNear : nNear / positionsOf(info, half).length;
        const gap = Math.abs(figures[m]! - figureOf(info, answers, 0, id, half));
        expect(gap).toBeLessThan(slack + 5.01e-7);
      });
    }
  }
  expect(stdout).toMatch(/All \d+ figures of the page hold; \d+ of \d+ queries have a decisive gap below/);
}

const manifest = readManifest();
const presets = { 'unified-pp': 'AT Expertise', 'pictext-u': 'Paper' };

function embedded(recipeId: keyof typeof presets): PythonInputs {
  const recipe = RECIPES.find(({ id }) => id === recipeId)!;
  const factors = presetFactors(recipe, presets[recipeId]);
  const components = readComponents(recipe, manifest);
  return {
    version: '0.1.0',
    collection: manifest.name,
    recipe,
    factors,
    masks: {},
    scoring: { backend: 'wasm', planes: 'float32', sampleQueries: undefined },
    components,
    classes: {},
    tasks: rankedTasks(recipe, manifest, components, factors),
  };
}

test.each(['unified-pp', 'pictext-u'] as const)(
  '%s: the script recomputes the figures of the embedded collection',
  (recipeId) => {
    const inputs = embedded(recipeId);
    expect(inputs.tasks.map(({ info }) => info.id)).toEqual(DIRECTIONS);
    checkParts(inputs);
    if (hasNumpy) checkFigures(inputs);
  },
  60_000,
);

function infoOf(id: TaskId, task: RetrievalTask, galleryModality: TaskInfo['galleryModality']): TaskInfo {
  return {
    id,
    queryModality: task.queryModality,
    galleryModality,
    queries: task.queries,
    relevant: task.relevant,
    nGallery: task.gallery.length,
    groups: [...task.queries].map(String),
    halves: [...task.queries].map((q) => (q % 3 === 0 ? 'validation' : 'test')),
  };
}

/** A random recipe with two directions and classes of three prompts each. */
function drawn(one: RecipeCase): PythonInputs {
  const nItems = { text: 17, image: 13, audio: 11 };
  const dim = 24;
  const components = drawComponents(one, nItems, dim);
  const prompts = [1, 2, 3].map((p) => drawComponents({ ...one, seed: one.seed ^ p }, nItems, dim).text);
  const classes: ComponentSet = {
    names: prompts.flatMap(({ names }) => names),
    nItems: nItems.text,
    dim,
    data: prompts.flatMap(({ data }) => data),
    nPrompts: prompts.length,
  };
  const { recipe, factors, seed } = one;
  const tasks = (['audio>text', 'image>audio'] as const).map((direction) => {
    const task = drawTask(seed, ...splitDirection(direction), nItems);
    return {
      info: infoOf(direction, task, task.galleryModality),
      gallery: task.gallery,
      answers: taskAnswerRanks(recipe, components, task, [factors]),
    };
  });
  const ofClasses: ClassTaskId = 'image>class';
  const task = drawTask(seed + 1, 'image', 'text', nItems);
  tasks.push({
    info: infoOf(ofClasses, task, undefined),
    gallery: task.gallery,
    answers: taskAnswerRanks(recipe, { image: components.image, text: classes }, task, [factors]),
  });
  return {
    version: '0',
    collection: 'Random',
    recipe,
    factors,
    masks: {},
    scoring: { backend: 'wasm', planes: 'float32', sampleQueries: undefined },
    components,
    classes: { [ofClasses]: classes },
    tasks,
  };
}

test('random nested recipes with classes: the script recomputes the figures of the plain twin', () => {
  let nested = 0;
  fc.assert(
    fc.property(recipeCases, (one) => {
      const inputs = drawn(one);
      if (one.recipe.bonds.length > 1) nested++;
      checkParts(inputs);
      if (hasNumpy) checkFigures(inputs);
    }),
    { numRuns: 8, seed: 5 },
  );
  expect(nested).toBeGreaterThan(2);
}, 60_000);

test('the lab exports every task that it serves, with the prompts of the classes', async () => {
  const engine = createFakeEngine();
  engine.manifest.image.forEach((item, i) => (item.category = i % 2 === 0 ? 'objects' : 'animals'));
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, 'audio'));
  store.getState().setFactors({ 'c-foley': { text: 0.3, audio: 0.7 } });
  const state = store.getState();
  const { components } = await engine.recipeData('unified-pp');
  const text = components.text!;
  const asked: unknown[] = [];
  // Two prompts of each class: the texts in their order, and reversed.
  const prompts = (nItems: number): ComponentSet => ({
    names: [...text.names, ...text.names],
    nItems,
    dim: text.dim,
    nPrompts: 2,
    data: [...text.data, ...text.data.toReversed()].map((rows) => rows.slice(0, nItems * text.dim)),
  });
  const withClasses = {
    ...engine,
    classComponents(...given: [recipeId: string, id: ClassTaskId]) {
      asked.push(given.slice(0, 2));
      return Promise.resolve(prompts(engine.task(given[1]).nGallery));
    },
    async study(...given: Parameters<LabEngine['study']>) {
      const result = await engine.study(...given);
      for (const id of given[0].tasks.filter(isClassTask)) {
        const { task } = classTask(engine.manifest, id);
        const sets = { ...components, text: prompts(task.gallery.length) };
        result[id] = taskAnswerRanks(RECIPES[0], sets, task, given[0].settings);
      }
      return result;
    },
  };
  const made = await exportPython({ ...state, engine: withClasses }, '0');
  expect(asked).toEqual(CLASS_TASKS.map((id) => ['unified-pp', id]));
  expect(made.script).toContain('"c-foley": {"text": 0.3, "audio": 0.7}');
  for (const id of TASKS) expect(made.script).toContain(`    "${id}": (`);
  expect([...readNpz(made.components().buffer).keys()]).toContain('classes/audio/c-foley.foley');
  if (!hasNumpy) return;
  writeFileSync(join(folder, made.componentsName), made.components());
  const { status, stderr } = runScript(made.script);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 60_000);

test('half-precision planes and samples are told, with a wider gap', () => {
  const inputs = drawn(fc.sample(recipeCases, { numRuns: 1, seed: 8 })[0]!);
  const script = pythonScript({
    ...inputs,
    scoring: { backend: 'webgpu', planes: 'float16', sampleQueries: 500 },
  });
  expect(pythonScript(inputs)).toContain('\nNEAR = 1e-6\n');
  expect(script).toContain('\nNEAR = 4e-3\n');
  expect(script).toMatch(
    /scored with WebGPU in half precision, a seeded sample of at most 500 queries a task/,
  );
});

test('names of recipes end no comment and no string', () => {
  const inputs = drawn(fc.sample(recipeCases, { numRuns: 1, seed: 8 })[0]!);
  const recipe = { ...inputs.recipe, name: 'Say """\nimport os\\', formula: 'a\n"""' };
  const script = pythonScript({ ...inputs, recipe, collection: '"""\\N{x}' });
  expect(script.match(/"""/g)!.length).toBe(pythonScript(inputs).match(/"""/g)!.length);
  expect(script).not.toContain('\nimport os');
});

test('the script says no to a figure that is not so', () => {
  const inputs = drawn(fc.sample(recipeCases, { numRuns: 1, seed: 8 })[0]!);
  const first = inputs.tasks[0]!;
  const better = { ...first.answers, ranks: first.answers.ranks.map((rank) => Math.max(1, rank - 1)) };
  const wrong = { ...inputs, tasks: [{ ...first, answers: better }, ...inputs.tasks.slice(1)] };
  expect(pythonScript(wrong)).not.toBe(pythonScript(inputs));
  if (!hasNumpy) return;
  const { status, stderr } = runPython(wrong);
  expect(status).toBe(1);
  expect(stderr).toMatch(/AssertionError: The page and this script disagree[\s\S]*audio>text, all, MRR/);
}, 60_000);
