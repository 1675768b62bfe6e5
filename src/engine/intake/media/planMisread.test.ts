/** Tables that could be taken for what they are not. */
import { expect, test } from 'vitest';
import { planMedia } from './planMedia.ts';
import { filesOf, planOf } from './planMedia.testing.ts';

test('numbers of other columns name no files: a class or a user joins nothing', async () => {
  const files: Record<string, number | string> = {
    'metadata.csv': 'id,class_id,user_id,caption\n1,3,2,one\n2,3,1,two\n3,1,2,three\n',
  };
  for (const n of [1, 2, 3]) Object.assign(files, { [`${n}.png`]: 9 });
  const plan = await planOf(files);
  const groups = plan.items.filter(({ modality }) => modality === 'image').map(({ group }) => group);
  expect(new Set(groups).size).toBe(3);
  expect(plan.items.filter(({ modality }) => modality === 'text').map(({ caption }) => caption)).toEqual([
    'one',
    'two',
    'three',
  ]);
});

test('rows of another split are not about the files that are here', async () => {
  const plan = await planOf({
    'data/metadata.csv': 'file_name,text\nimages/train/1.png,a cat\nimages/test/1.png,a dog\n',
    'data/test/1.png': 9,
  });
  expect(plan.items.map(({ caption }) => caption)).toEqual(['a dog', 'a dog']);
  const alone = await planOf({
    'data/metadata.csv': 'file_name,text\nimages/train/1.png,a cat\nimages/test/2.png,a dog\n',
    'data/test/1.png': 9,
    'data/test/2.png': 9,
  });
  expect(alone.items.map(({ caption }) => caption)).toEqual(['1', 'a dog', 'a dog']);
});

test('JSON of a million parts would freeze the page: it is left out, and says what to do', async () => {
  const json = `[${'{"a":1},'.repeat(300_000)}{}]`;
  const { leftOut } = await planMedia(filesOf({ 'metadata.json': json, 'a.png': 9 }));
  expect(leftOut).toEqual([
    { path: 'metadata.json', reason: expect.stringMatching(/one object a line/) as string },
  ]);
});
