import { beforeEach, expect, test, vi } from 'vitest';
import { InputError } from '../../base/errors.ts';
import type { Intake } from '../../engine/intake/types.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createScripting } from '../scripting.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import { EMPTY_INTAKE, EMPTY_REPORT } from './fakeIntake.testing.ts';
import { CLIP, PROPOSAL } from './fakeModels.testing.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => queueMicrotask(callback));
  return () => vi.unstubAllGlobals();
});

async function open() {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  store.getState().open();
  const used: string[] = [];
  const labs = {
    store,
    use(id: string) {
      used.push(id);
      return Promise.resolve();
    },
  };
  const bondlab = createScripting(Promise.resolve(store), '0', labs);
  await bondlab.ready;
  return { engine, bondlab, used };
}

const file = (path: string) =>
  Object.defineProperty(new File(['x'], path), 'webkitRelativePath', { value: path });
const MEDIA: Intake = {
  ...EMPTY_INTAKE,
  leftOut: [{ path: 'birds/notes.pdf', reason: 'It is neither a picture nor a sound.' }],
  media: {
    convention: 'stems',
    nPaired: 1,
    notes: [],
    items: [
      { path: 'birds/a.png', modality: 'image', caption: 'a', group: 'a', bytes: 1 },
      { path: 'birds/a.txt', modality: 'text', caption: 'a bird', group: 'a', bytes: 1 },
    ],
  },
};

test('media are kept and encoded, and the report says what was understood and left out', async () => {
  const { engine, bondlab } = await open();
  const late = { path: 'birds/a.png', reason: 'It is damaged.' };
  engine.intake.answer(MEDIA, { ...EMPTY_REPORT, leftOut: [late], notes: ['A note.'] });
  expect(await bondlab.importFiles([file('birds/a.png'), file('birds/a.txt')])).toEqual({
    imported: [],
    leftOut: [...MEDIA.leftOut, late],
    understood: { media: { convention: 'stems', counts: { text: 1, image: 1, audio: 0 }, nPaired: 1 } },
    collectionId: 'own-1',
    runId: 'run-1',
    notes: ['A note.'],
  });
  expect(engine.intake.kept).toEqual([{ name: 'birds' }]);
  expect(engine.intake.given[0]!.map(({ path }) => path)).toEqual(['birds/a.png', 'birds/a.txt']);
  const [encode] = engine.collections.calls;
  expect(encode).toMatch(/^encode own-1 unified,pictext,foley/);
  expect(engine.intake.forgotten).toEqual([EMPTY_INTAKE.id]);
});

test('a mapping says what arrays are', async () => {
  const { engine, bondlab } = await open();
  const proposal = {
    name: 'a',
    spaces: [{ id: 'a-4', name: 'a', dim: 4, role: 'base' as const }],
    arrays: [{ key: 'a.npy', spaceId: 'a-4', modality: 'image' as const }],
    pairs: { kind: 'rows' as const },
    captions: {},
    labels: {},
  };
  const arrays = [{ key: 'a.npy', path: 'a.npy', shape: [3, 4], dtype: 'F32' as const, fortran: false }];
  engine.intake.answer({ ...EMPTY_INTAKE, arrays: { arrays, proposal, certain: false, notes: [] } });
  const mapping = { ...proposal, arrays: [{ ...proposal.arrays[0]!, modality: 'text' as const }] };
  const report = await bondlab.importFiles([file('a.npy')], mapping);
  expect(report.understood.arrays).toEqual([{ key: 'a.npy', shape: [3, 4], space: 'a-4', modality: 'text' }]);
  expect(engine.intake.kept).toEqual([{ name: 'a', mapping }]);
  expect(engine.collections.calls).toEqual([]);
});

test('projectors alone go to the bonds; what is nothing says why', async () => {
  const { engine, bondlab } = await open();
  const ends: unknown[] = [];
  engine.exchange.importFiles = (_, mapping) => {
    ends.push(mapping);
    return Promise.resolve({ imported: [], leftOut: [] });
  };
  engine.intake.answer({ ...EMPTY_INTAKE, bonds: ['best.pt'] });
  await bondlab.importFiles([file('best.pt')], { source: 'foley', target: 'unified' });
  expect(ends).toEqual([{ source: 'foley', target: 'unified' }]);
  engine.intake.answer({ ...EMPTY_INTAKE, leftOut: [{ path: 'a.pdf', reason: 'It is a PDF.' }] });
  await expect(bondlab.importFiles([file('a.pdf')])).rejects.toThrow(/a\.pdf: It is a PDF/);
  await expect(bondlab.importFiles([])).rejects.toBeInstanceOf(InputError);
  await expect(bondlab.importFiles('a.npy' as never)).rejects.toBeInstanceOf(InputError);
});

test('collections are told with what is encoded, and another is opened', async () => {
  const { engine, bondlab, used } = await open();
  const [tiny] = engine.collections.list();
  engine.collections.put({
    list: [tiny!, { ...tiny!, id: 'own', name: 'Own', ready: false }],
    runs: [
      {
        id: 'run-1',
        collectionId: 'own',
        spaceIds: ['unified'],
        state: 'running',
        done: 1,
        of: 4,
        leftOut: [],
        reused: 0,
        itemsPerS: undefined,
        secondsLeft: undefined,
      },
    ],
  });
  const [first, own] = bondlab.collections();
  expect(first).toMatchObject({ id: 'tiny', ready: true, inUse: true });
  expect(first).not.toHaveProperty('encoding');
  expect(own).toMatchObject({ id: 'own', ready: false, inUse: false, encoding: 0.25 });
  await bondlab.useCollection('tiny');
  expect(used).toEqual([]);
  await bondlab.useCollection('own');
  expect(used).toEqual(['own']);
});

test('models are fetched by their repository, or taken from a file', async () => {
  const { engine, bondlab } = await open();
  expect(bondlab.modelShelf()[0]).toMatchObject({ repo: CLIP.repo, dim: 512, kept: false });
  await bondlab.addEncoder({ repo: CLIP.repo, precision: 'int8' });
  expect(engine.models.calls).toContain(`download ${CLIP.repo} int8`);
  const specs: unknown[] = [];
  engine.models.propose = () => Promise.resolve(PROPOSAL);
  engine.models.addEncoder = (_, spec) => {
    specs.push(spec);
    return Promise.resolve('ears-256/audio');
  };
  expect(await bondlab.addEncoder({ files: [file('ears.onnx')], spec: { normalise: false } })).toEqual([
    'ears-256/audio',
  ]);
  expect(specs).toEqual([{ ...PROPOSAL.spec, normalise: false }]);
  await expect(bondlab.addEncoder({} as never)).rejects.toBeInstanceOf(InputError);
});
