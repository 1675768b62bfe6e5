import { getWebGPUDevice } from '@jax-js/jax';
import { expect, test } from 'vitest';
import { RECIPES, SPACES } from '../../recipe/embedded.ts';
import { drawComponents, drawTask } from '../../recipe/recipes.testing.ts';
import { taskRanks } from '../../recipe/taskScores.ts';
import type { Recipe } from '../../recipe/types.ts';
import { openDevice } from './scoringDevice.ts';
import { ScoringJob } from './scoringJob.ts';

test('webgpu: a lost device is replaced by WebAssembly', async () => {
  const recipe = RECIPES[0] as Recipe;
  const nItems = { text: 12, image: 1, audio: 10 };
  const components = drawComponents({ recipe, spaces: [...SPACES], factors: {}, seed: 2 }, nItems, 16);
  const task = drawTask(1, 'audio', 'text', nItems);
  const job = new ScoringJob({ open: () => openDevice('webgpu') });
  await job.setCollection('r', recipe, components, { 'audio>text': task });
  getWebGPUDevice().destroy();
  const factors = { 'c-foley': { text: 0.4, audio: 0.7 } };
  const found = await job.ranks('r', 'audio>text', factors);
  expect([...found]).toEqual([...taskRanks(recipe, components, task, factors)]);
  expect(job.device()?.backend).toBe('wasm');
  expect(job.device()?.reason).toContain('WebAssembly took over');
  job.dispose();
});
