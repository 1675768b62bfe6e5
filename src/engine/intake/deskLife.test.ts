import { expect, test, vi } from 'vitest';
import { AbortedError, InputError } from '../../base/errors.ts';
import { writeNpz } from '../../formats/npz.ts';
import { looksSaved, savedPath } from '../collections/savedFormat.ts';
import type { NewCollection } from '../collections/types.ts';
import { createDeferred } from '../workers/deferred.ts';
import { testDesk } from './desk.testing.ts';

const picture = (path: string) => ({ path, bytes: new Blob(['x']) });
const arrays = () => {
  const rows = { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) };
  return { path: 'a.npz', bytes: writeNpz({ clip_text: rows, clip_image: rows }).slice().buffer };
};

test('hidden files are told in one line', async () => {
  const { desk } = testDesk();
  const intake = await desk.understand(
    ['pets/.DS_Store', 'pets/dog.png', '__MACOSX/pets/._dog.png'].map(picture),
  );
  expect(intake.media!.items).toHaveLength(1);
  expect(intake.leftOut).toEqual([
    { path: '2 hidden files', reason: expect.stringMatching(/\.DS_Store/) as string },
  ]);
  expect((await desk.understand([picture('dog.png')])).leftOut).toEqual([]);
});

test('a drop that is cancelled while it is understood is let go of in the worker', async () => {
  const own = testDesk();
  const forgotten: string[] = [];
  const stop = new AbortController();
  const sorted: string[] = [];
  const { desk } = testDesk({
    files: {
      ...own.files,
      async sort(...given) {
        const found = await own.files.sort(...given);
        sorted.push(found.id);
        stop.abort();
        return found;
      },
      forget: (id) => forgotten.push(id),
    },
  });
  await expect(desk.understand([arrays(), picture('dog.png')], { signal: stop.signal })).rejects.toThrow(
    AbortedError,
  );
  expect(sorted).toHaveLength(1);
  expect(forgotten).toEqual(sorted);
});

test('files that are being kept are not kept twice; after a failure they can be', async () => {
  const gate = createDeferred<string>();
  let added = 0;
  const { desk } = testDesk({
    collections: {
      add: () => (added++, gate.promise),
    },
  });
  const intake = await desk.understand([picture('dog.png')]);
  const first = desk.keep(intake);
  await expect(desk.keep(intake)).rejects.toThrow(InputError);
  gate.reject(new Error('full'));
  await expect(first).rejects.toThrow('full');
  expect(added).toBe(1);
  await expect(desk.keep(intake)).rejects.toThrow('full');
  expect(added).toBe(2);
});

test('a collection.json of anyone else’s is a file like others: the pictures beside it are understood', async () => {
  const read = vi.fn<() => Promise<NewCollection>>();
  const { desk } = testDesk({ saved: { path: savedPath, looksLike: looksSaved, read } });
  const foreign = { path: 'iiif/collection.json', bytes: new Blob(['{"type":"Collection","items":[]}']) };
  const intake = await desk.understand([foreign, picture('iiif/dog.png')]);
  expect(read).not.toHaveBeenCalled();
  expect(intake.saved).toBeUndefined();
  expect(intake.media!.items.map(({ path }) => path)).toEqual(['iiif/dog.png']);
});
