import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { randomProjector } from '../../../scripts/world/export/randomWeights.testing.ts';
import { AbortedError, InputError, QuotaError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { writeNpy } from '../../formats/npy.ts';
import { writeNpz } from '../../formats/npz.ts';
import { projectorState } from '../../formats/projectorState.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { writeTorch } from '../../formats/torch/writeTorch.ts';
import { looksSaved, savedPath } from '../collections/savedFormat.ts';
import type { NewCollection } from '../collections/types.ts';
import type { NamedFile } from '../exchange/types.ts';
import { testDesk } from './desk.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const file = (path: string, bytes: string | Uint8Array<ArrayBuffer>): NamedFile => ({
  path,
  bytes: typeof bytes === 'string' ? new Blob([bytes]) : bytes.slice().buffer,
});

function rows(seed: number, n: number, dim: number) {
  const random = createRandom(seed);
  return { shape: [n, dim], data: Float32Array.from({ length: n * dim }, () => random.normal()) };
}

const lengths = (data: Float32Array, dim: number) =>
  Array.from({ length: data.length / dim }, (_, i) => Math.hypot(...data.subarray(i * dim, (i + 1) * dim)));

test('a mixed drop is sorted: arrays, projectors, media, encoders, and the rest with reasons', async () => {
  const { desk } = testDesk();
  const weights = randomProjector(1, 6, 8, 4);
  const state = Object.fromEntries(
    projectorState(weights).map(({ name, shape, data }) => [name, { shape, data }]),
  );
  const intake = await desk.understand([
    file('d/vectors.npz', writeNpz({ clip_text: rows(1, 5, 4), clip_image: rows(2, 5, 4) })),
    file('d/mix.safetensors', writeSafetensors(state)),
    file('d/more.safetensors', writeSafetensors({ clap_audio: rows(3, 5, 6), clap_text: rows(4, 5, 6) })),
    file('d/best.pt', writeTorch(weights)),
    file('d/numbers.csv', `id,e0,e1,e2,e3\n${'a,1,2,3,4\n'.repeat(5)}`),
    file('d/metadata.csv', 'file_name,text\ndog.png,a <script>dog</script>\n'),
    file('d/dog.png', Uint8Array.of(0x89, 80, 78, 71, 13, 10, 26, 10)),
    file('d/notes.pdf', 'x'),
    file('d/cut.npy', writeNpy(rows(5, 5, 4)).slice(0, 50)),
    file('d/encoder.onnx', Uint8Array.of(8, 8, 18, 0)),
  ]);
  expect(intake.arrays!.proposal.spaces.map(({ id, role }) => [id, role])).toEqual([
    ['clip-4', 'base'],
    ['clap-6', 'expert'],
  ]);
  expect(intake.arrays!.arrays.map(({ key }) => key)).toContain('d/numbers.csv/e');
  expect(intake.bonds).toEqual(['d/mix.safetensors', 'd/best.pt']);
  expect(intake.media!.items.map(({ path }) => path)).toContain('d/dog.png');
  expect(intake.encoders).toEqual(['d/encoder.onnx']);
  const reasons = new Map(intake.leftOut.map(({ path, reason }) => [path, reason]));
  expect(reasons.get('d/cut.npy')).toMatch(/cut/);
  expect(reasons.get('d/notes.pdf')).toBeDefined();
  expect(reasons.get('d/numbers.csv')).toMatch(/None of its 2 arrays is used. e: Not named/);
  await expect(desk.understand([])).rejects.toThrow(InputError);
});

test('rows that cannot be used go with their partners; others become unit rows; lists become captions and labels', async () => {
  const [N, D] = [8, 3];
  const [text, image] = [rows(1, N, D), rows(2, N, D)];
  text.data[2 * D] = NaN;
  image.data.fill(0, 5 * D, 6 * D);
  text.data.copyWithin(0, D, 2 * D);
  const { desk, kept } = testDesk();
  const intake = await desk.understand([
    file('a.npz', writeNpz({ clip_text: text, clip_image: image })),
    file('captions.txt', Array.from({ length: N }, (_, i) => `caption ${i}`).join('\n')),
    file('labels.json', JSON.stringify(Array.from({ length: N }, (_, i) => `l${i % 2}`))),
  ]);
  expect(intake.arrays!.certain).toBe(true);
  const checks = new Map(intake.arrays!.arrays.map((one) => [one.key, one.checks]));
  expect(checks.get('a.npz/clip_text')).toMatchObject({ notFinite: 1, zero: 0, duplicates: 1 });
  expect(checks.get('a.npz/clip_image')).toMatchObject({ notFinite: 0, zero: 1, duplicates: 0 });
  expect(intake.arrays!.notes.join(' ')).toMatch(/1 row with NaN/);
  const report = await desk.keep(intake, { name: 'Mine' });
  expect(report).toMatchObject({ collectionId: 'collection-1', recipeId: undefined });
  expect(report.leftOut.map(({ path }) => path)).toEqual(['2 text rows', '2 image rows']);
  const [{ name, items, vectors }] = kept as [NewCollection];
  expect(name).toBe('Mine');
  for (const modality of ['text', 'image'] as const) {
    expect(items[modality].map(({ id }) => id)).toEqual([0, 1, 3, 4, 6, 7].map((i) => `${modality}:${i}`));
    for (const length of lengths(vectors[0]!.rows[modality]!, D)) expect(length).toBeCloseTo(1, 6);
  }
  expect(items.text[2]).toMatchObject({ caption: 'caption 3', label: 'l1', category: 'l1', group: 'row 3' });
  expect(items.image[2]!.half).toBe(items.text[2]!.half);
});

test('rows of other numbers are paired by ids, and refused without them', async () => {
  const arrays = { clip_text: rows(1, 6, 3), clip_image: rows(2, 3, 3) };
  const plain = testDesk();
  const unpaired = await plain.desk.understand([file('a.npz', writeNpz(arrays))]);
  expect(unpaired.arrays!.certain).toBe(false);
  expect(plain.desk.problemOf(unpaired, unpaired.arrays!.proposal)).toMatch(/6 rows of text and 3 of image/);
  await expect(plain.desk.keep(unpaired)).rejects.toThrow(/cannot be paired row by row/);
  expect(plain.kept).toEqual([]);

  arrays.clip_image.data[0] = Infinity;
  const { desk, kept } = testDesk();
  const intake = await desk.understand([
    file('a.npz', writeNpz(arrays)),
    file('text_ids.txt', 'a\nb\nc\na\nb\nc\n'),
    file('image_ids.txt', 'a\nb\nc\n'),
  ]);
  expect(intake.arrays!.proposal.pairs.kind).toBe('ids');
  await desk.keep(intake);
  expect(kept[0]!.items.text.map(({ id, group }) => [id, group])).toEqual([
    ['text:1', 'b'],
    ['text:2', 'c'],
    ['text:4', 'b'],
    ['text:5', 'c'],
  ]);
  expect(kept[0]!.items.image.map(({ group }) => group)).toEqual(['b', 'c']);
});

test('a mapping of a person’s own is held to the arrays', async () => {
  const { desk, kept } = testDesk();
  const intake = await desk.understand([
    file(
      'a.npz',
      writeNpz({ first: rows(1, 4, 3), second: rows(2, 4, 3), third: rows(3, 4, 5), fourth: rows(4, 3, 3) }),
    ),
  ]);
  expect(intake.arrays!.certain).toBe(false);
  expect(desk.problemOf(intake, intake.arrays!.proposal)).toMatch(/Nothing is mapped/);
  await expect(desk.keep(intake)).rejects.toThrow(InputError);
  const space = { id: 'mine-3', name: 'Mine', dim: 3, role: 'base' as const };
  const mapping = {
    name: 'Own',
    spaces: [space],
    arrays: [
      { key: 'a.npz/first', spaceId: 'mine-3', modality: 'text' as const },
      { key: 'a.npz/second', spaceId: 'mine-3', modality: 'audio' as const },
    ],
    pairs: { kind: 'rows' as const },
    captions: {},
    labels: {},
  };
  const problem = (change: Partial<typeof mapping>) => desk.problemOf(intake, { ...mapping, ...change });
  const [first, second] = mapping.arrays as [(typeof mapping.arrays)[0], (typeof mapping.arrays)[0]];
  expect(problem({})).toBeUndefined();
  expect(problem({ name: ' ' })).toMatch(/needs a name/);
  expect(problem({ spaces: [] })).toMatch(/not described/);
  expect(problem({ spaces: [space, space] })).toMatch(/Two spaces/);
  expect(problem({ spaces: [space, { ...space, id: 'other' }] })).toMatch(/No array is of/);
  expect(problem({ arrays: [{ ...first, key: 'a.npz/third' }, second] })).toMatch(
    /5 numbers a row, Mine has 3/,
  );
  expect(problem({ arrays: [first, { ...second, key: 'a.npz/fourth' }] })).toMatch(/paired row by row/);
  expect(problem({ arrays: [first, { ...first, key: 'a.npz/second' }] })).toMatch(/both the text/);
  expect(problem({ arrays: [first, { ...second, key: 'gone' }] })).toMatch(/no array “gone”/);
  expect(problem({ captions: { text: 'gone' } })).toMatch(/no list “gone”/);
  await desk.keep(intake, { mapping });
  expect(kept[0]!.vectors[0]!.space).toMatchObject({ id: 'mine-3', modalities: ['text', 'audio'] });
});

test('nothing is kept where something fails: an ensemble that came along is taken back', async () => {
  const add = vi.fn<(collection: NewCollection) => Promise<string>>(() =>
    Promise.reject(new QuotaError('The storage is full.')),
  );
  const { desk, ensembles } = testDesk({ collections: { add } });
  const drop = [
    file(
      'x.npz',
      writeNpz({
        text_imagebind: rows(1, 4, 4),
        audio_imagebind: rows(2, 4, 4),
        text_clap_g: rows(3, 4, 6),
        audio_clap_g: rows(4, 4, 6),
      }),
    ),
    file('IB_PP_G_Proj/mix/best.pt', writeTorch(randomProjector(1, 6, 8, 4))),
  ];
  const intake = await desk.understand(drop);
  await expect(desk.keep(intake)).rejects.toThrow(QuotaError);
  expect(add).toHaveBeenCalledOnce();
  expect(ensembles.size).toBe(0);
  // The files are still there: it can be tried again.
  await expect(desk.keep(intake)).rejects.toThrow(QuotaError);
  desk.forget(intake.id);
  await expect(desk.keep(intake)).rejects.toThrow(/let go of/);
  await expect(desk.understand(drop, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
});

test('projectors alone are kept with the lab’s spaces; nothing at all is refused', async () => {
  const { desk, kept, ensembles } = testDesk();
  const intake = await desk.understand([
    file('IB_PP_G_Proj/mix/best.pt', writeTorch(randomProjector(1, 6, 8, 4))),
  ]);
  const report = await desk.keep(intake);
  expect(report.collectionId).toBeUndefined();
  expect(report.bonds.map(({ unmapped }) => unmapped)).toEqual([true]);
  expect([kept.length, ensembles.size]).toEqual([0, 1]);
  const nothing = await desk.understand([file('a.pdf', 'x')]);
  await expect(desk.keep(nothing)).rejects.toThrow(/nothing in these files/);
});

test('the weights of a model are nothing to map, a few arrays of other names are', async () => {
  const { desk } = testDesk();
  const weights = (n: number) =>
    writeSafetensors(
      Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`layers.${i}.attention.weight`, rows(i, 4, 4)]),
      ),
    );
  const model = await desk.understand([file('model.safetensors', weights(24))]);
  expect(model.arrays).toBeUndefined();
  expect(model.leftOut).toMatchObject([
    { path: 'model.safetensors', reason: expect.stringMatching(/None of its 24/) as string },
  ]);
  const few = await desk.understand([file('model.safetensors', weights(3))]);
  expect(few.arrays).toMatchObject({ certain: false });
});

test('a saved collection is read by its own reader, whole', async () => {
  const saved: NewCollection = {
    name: 'Saved',
    origin: 'embeddings',
    items: { text: [], image: [], audio: [] },
    media: new Map(),
    vectors: [],
    recipes: [],
  };
  const read = vi.fn<() => Promise<NewCollection>>(() => Promise.resolve(saved));
  const { desk, kept } = testDesk({ saved: { path: savedPath, looksLike: looksSaved, read } });
  const intake = await desk.understand([file('collection.json', '{"format":"bondlab-collection"}')]);
  expect(intake.saved).toEqual({ name: 'Saved', items: 0 });
  await desk.keep(intake, { name: 'Renamed' });
  expect(kept).toEqual([{ ...saved, name: 'Renamed' }]);
});

/** What is kept of two spaces with rows that are broken; undefined where nothing is. */
async function keptOf(broken: readonly (readonly [array: number, row: number, value: number])[]) {
  const arrays = { clip_text: rows(1, 6, 3), clip_image: rows(2, 6, 3), clap_text: rows(3, 6, 4) };
  const list = Object.values(arrays);
  for (const [a, row, value] of broken) {
    const { data, shape } = list[a]!;
    data.fill(value, row * shape[1]!, (row + 1) * shape[1]!);
  }
  const { desk, kept, files } = testDesk();
  try {
    await desk.keep(await desk.understand([file('a.npz', writeNpz(arrays))]));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  } finally {
    files.dispose();
  }
  return kept[0];
}

test('whatever rows are broken, rows and items agree and every row has unit length', async () => {
  const broken = fc.array(fc.tuple(fc.nat(2), fc.nat(5), fc.constantFrom(NaN, Infinity, 0)), {
    maxLength: 9,
  });
  await fc.assert(
    fc.asyncProperty(broken, async (all) => {
      const bad = new Set(all.map(([, row]) => row));
      const left = [0, 1, 2, 3, 4, 5].filter((i) => !bad.has(i));
      const made = await keptOf(all);
      expect(made?.items.text.map(({ id }) => id) ?? []).toEqual(left.map((i) => `text:${i}`));
      for (const { space, rows: vectors } of made?.vectors ?? [])
        for (const modality of space.modalities) {
          const found = lengths(vectors[modality]!, space.dim);
          expect(found.length).toBe(left.length);
          for (const length of found) expect(length).toBeCloseTo(1, 6);
        }
    }),
    { numRuns: 40 },
  );
});
