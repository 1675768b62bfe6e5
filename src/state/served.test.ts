import { expect, test } from 'vitest';
import type { Recipe } from '../recipe/types.ts';
import { createFakeEngine } from './fakeEngine.testing.ts';
import { fitTasks, galleriesServed, modalitiesServed, tasksServed } from './served.ts';

const plain = (base: string): Recipe => ({
  id: base,
  name: base,
  formula: base,
  base,
  bonds: [],
  presets: [],
});

test('a space as it is serves what it knows, a bond more', () => {
  const engine = createFakeEngine();
  const foley = plain('foley');
  expect(modalitiesServed(engine, foley)).toEqual(['text', 'audio']);
  expect(tasksServed(engine, foley).filter((task) => task.includes('image'))).toEqual([]);
  expect(tasksServed(engine, foley)).toContain('audio>text');
  expect(tasksServed(engine, foley)).toBe(tasksServed(engine, foley));
  expect(galleriesServed(engine, foley, 'text')).toEqual(['audio']);
  // It has no eyes: what a picture would be ranked against is said by the ranking.
  expect(galleriesServed(engine, foley, 'image')).toEqual(['audio', 'text']);
  const [bound] = engine.recipes;
  expect(modalitiesServed(engine, bound!)).toEqual(['text', 'image', 'audio']);
});

test('tasks that the recipe cannot do give way to those that it can', () => {
  const engine = createFakeEngine();
  const wanted = { task: 'audio>image', versus: 'image>audio' } as const;
  expect(fitTasks(engine, engine.recipes[0]!, wanted)).toEqual(wanted);
  expect(fitTasks(engine, plain('foley'), wanted)).toEqual({ task: 'audio>text', versus: 'text>audio' });
});

test('without texts nothing is classified', () => {
  const engine = createFakeEngine();
  const silent = { ...engine, manifest: { ...engine.manifest, id: 'wordless', text: [] } };
  expect(tasksServed(silent, engine.recipes[0]!).filter((task) => task.endsWith('class'))).toEqual([]);
});
