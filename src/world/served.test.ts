import { expect, test } from 'vitest';
import { directionsOf, tasksOf } from './served.ts';
import { galleryOf, retrievalTask } from './tasks.ts';
import type { CollectionManifest } from './types.ts';

const item = (id: string, group: string) => ({
  id,
  caption: id,
  group,
  category: 'own',
  half: 'test' as const,
  seen: false,
});
const own = (parts: Partial<CollectionManifest>): CollectionManifest => ({
  id: 'own',
  name: 'Own',
  version: '1',
  seed: 0,
  answers: 'group',
  text: [],
  image: [],
  audio: [],
  ...parts,
});

test('of an own collection those alone that have pairs, or classes, are served', () => {
  const pictures = [item('image:a', 'a'), item('image:b', 'b')];
  const paired = own({ image: pictures, text: [item('text:a1', 'a'), item('text:a2', 'a')] });
  expect(tasksOf(paired)).toEqual(['image>text', 'text>image']);
  expect(directionsOf(paired)).toEqual(['image>text', 'text>image']);
  expect(tasksOf(own({ image: pictures }))).toEqual([]);
  const labelled = own({ image: [{ ...pictures[0]!, label: 'cat' }, pictures[1]!] });
  expect(tasksOf(labelled)).toEqual(['image>class']);
});

test('several texts of a group are all right answers, and all are in the gallery', () => {
  const manifest = own({
    image: [item('image:a', 'a'), item('image:b', 'b')],
    text: [item('text:b', 'b'), item('text:a1', 'a'), item('text:a2', 'a')],
  });
  expect([...galleryOf(manifest, 'image', 'text')]).toEqual([0, 1, 2]);
  const { queries, relevant } = retrievalTask(manifest, 'image>text');
  expect([...queries]).toEqual([0, 1]);
  expect(relevant.map((right) => [...right])).toEqual([[1, 2], [0]]);
});
