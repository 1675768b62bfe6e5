import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { ranks, recallAt } from '../../math/ranks.ts';
import { modalityGap } from '../../math/sphere.ts';
import { finish } from '../../math/steps.ts';
import { retrievalTask } from '../../world/tasks.ts';
import type { CollectionManifest } from '../../world/types.ts';
import { item } from './collections.testing.ts';
import { qualityRequest } from './countQuality.ts';
import { checkQuality, qualitySteps } from './quality.ts';

const DIM = 3;
const SPACE = { id: 's', name: 'S', about: '', dim: DIM, modalities: ['text' as const, 'image' as const] };

function manifest(groups: { text: string[]; image: string[] }): CollectionManifest {
  const of = (modality: 'text' | 'image') =>
    groups[modality].map((group, i) => item(`${modality}:${i}`, group));
  return {
    id: 'c',
    name: 'C',
    version: '',
    seed: 0,
    answers: 'group',
    text: of('text'),
    image: of('image'),
    audio: [],
  };
}

test(
  'R@1 is that of the ranks, with ties, several right answers and queries without one',
  { timeout: 60_000 },
  async () => {
    // Few values: rows that are equal, so that ties abound.
    const row = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: DIM, maxLength: DIM });
    const side = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), row), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(side, side, async (text, image) => {
        const world = manifest({ text: text.map(([group]) => group), image: image.map(([group]) => group) });
        const rows = (list: typeof text) => Float32Array.from(list.flatMap(([, values]) => values));
        const vectors = { text: rows(text), image: rows(image) };
        const request = await qualityRequest(
          { manifest: world, spaces: [SPACE], embeddings: () => Promise.resolve(vectors) },
          's',
        );
        const found = finish(qualitySteps(request));
        const gap = modalityGap(vectors.image, vectors.text, DIM);
        for (const direction of ['text>image', 'image>text'] as const) {
          const task = retrievalTask(world, direction);
          const [x, y] = [vectors[task.queryModality as 'text'], vectors[task.galleryModality as 'text']];
          const scores = Array.from(task.queries, (q) =>
            Array.from(task.gallery, (g) =>
              [0, 1, 2].reduce((sum, d) => sum + x[q * DIM + d]! * y[g * DIM + d]!, 0),
            ),
          );
          const all = ranks(Float32Array.from(scores.flat()), task.gallery.length, task.relevant);
          // NaN of no queries: nothing is said of them.
          expect(found.R1[direction] ?? NaN).toBe(recallAt(1, all));
          expect(found.gap['image-text'] ?? gap).toBe(gap);
        }
      }),
    );
  },
);

test('progress ascends to 1; what would take hours is refused', async () => {
  const n = 100;
  const groups = Array.from({ length: n }, (_, i) => `${i}`);
  const vectors = { text: new Float32Array(n * DIM).fill(1), image: new Float32Array(n * DIM).fill(1) };
  const world = manifest({ text: groups, image: groups });
  const request = await qualityRequest(
    { manifest: world, spaces: [SPACE], embeddings: () => Promise.resolve(vectors) },
    's',
  );
  const told = [...qualitySteps(request)];
  expect(told.length).toBeGreaterThan(10);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBeCloseTo(1, 12);
  expect(() => checkQuality(request)).not.toThrow();
  expect(() => checkQuality({ ...request, dim: 1e8 })).toThrow(InputError);
});
