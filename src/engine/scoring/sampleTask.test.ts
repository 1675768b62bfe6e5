import { expect, test } from 'vitest';
import { drawTask } from '../../recipe/recipes.testing.ts';
import { contentId } from './contentId.ts';
import { sampledQueries, sampleTask } from './sampleTask.ts';

test('a sample is seeded, ascending, without doubles, and keeps its answers', () => {
  const task = drawTask(1, 'audio', 'text', { audio: 100, text: 50, image: 0 });
  const kept = sampledQueries(100, 30, 5);
  expect(kept.length).toBe(30);
  expect([...kept]).toEqual([...new Set(kept)].sort((a, b) => a - b));
  expect(sampledQueries(100, 30, 5)).toEqual(kept);
  expect(sampledQueries(100, 30, 6)).not.toEqual(kept);
  const sample = sampleTask(task, 30, 5);
  expect(sample.queries).toEqual(kept);
  expect(sample.relevant).toEqual(Array.from(kept, (q) => task.relevant[q]));
  expect(sample.gallery).toBe(task.gallery);
  expect(sampleTask(task, 100, 5).queries).toEqual(task.queries);
});

test('a content id changes with every word, the order and the length', () => {
  const base = Float32Array.of(1, 2, 3, 0);
  const ids = [
    base,
    Float32Array.of(1, 2, 3),
    Float32Array.of(2, 1, 3, 0),
    Float32Array.of(1, 2, 3, -0),
    Float32Array.of(1, 2, 3.0000002, 0),
    new Float32Array(),
  ].map(contentId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(contentId(Float32Array.of(9, 1, 2, 3, 0).subarray(1))).toBe(ids[0]);
});
