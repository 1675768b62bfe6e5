import { expect, test, vi } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import type { Intake } from '../../engine/intake/types.ts';
import { createDeferred } from '../../engine/workers/deferred.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStoreOptions } from '../store.ts';
import { EMPTY_INTAKE, EMPTY_REPORT } from './fakeIntake.testing.ts';
import { CLIP, PROPOSAL } from './fakeModels.testing.ts';
import { repoOf } from './models.ts';
import type { ThroughText } from './types.ts';

function open(options: LabStoreOptions = {}) {
  const engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const settings = defaultSettings(engine, query, engine.opening.gallery);
  const store = createLabStore(engine, settings, {
    estimateRoom: () => Promise.resolve(undefined),
    ...options,
  });
  return { engine, store, data: () => store.getState().data };
}

const FILE = { path: 'birds/a.png', bytes: new ArrayBuffer(1) };
const MEDIA: Intake = {
  ...EMPTY_INTAKE,
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
const ARRAYS: Intake = {
  ...EMPTY_INTAKE,
  id: 'intake-2',
  arrays: {
    arrays: [{ key: 'a.npy', path: 'a.npy', shape: [3, 4], dtype: 'F32', fortran: false }],
    proposal: {
      name: 'a',
      spaces: [{ id: 'a-4', name: 'a', dim: 4, role: 'base' }],
      arrays: [{ key: 'a.npy', spaceId: 'a-4', modality: 'image' }],
      pairs: { kind: 'rows' },
      captions: {},
      labels: {},
    },
    certain: false,
    notes: [],
  },
};

test('collections and models are followed until the lab is closed', () => {
  const { engine, store, data } = open();
  const [tiny] = engine.collections.list();
  engine.collections.put({ list: [tiny!, { ...tiny!, id: 'own', name: 'Own' }], problem: 'It is full.' });
  expect(data().collections.map(({ id }) => id)).toEqual(['tiny', 'own']);
  expect(data().storageProblem).toBe('It is full.');
  engine.models.put({ spaces: [] });
  engine.models.setHost({ kind: 'mirror', address: 'https://here.example' });
  expect(data().models.host).toEqual({ kind: 'mirror', address: 'https://here.example' });
  expect([engine.collections.nListeners(), engine.models.nListeners()]).toEqual([1, 1]);
  store.getState().close();
  expect([engine.collections.nListeners(), engine.models.nListeners()]).toEqual([0, 0]);
});

test('media are understood, named after their folder, kept and encoded in what ships', async () => {
  const { engine, store, data } = open();
  engine.intake.answer(MEDIA);
  await store.getState().takeIn([FILE]);
  const { intake } = data();
  expect(intake).toMatchObject({ status: 'understood', form: { name: 'birds' } });
  store.getState().setIntake({ name: ' Birds ', spaceIds: ['unified'] });
  await store.getState().keepIntake();
  expect(engine.intake.kept[0]).toMatchObject({ name: 'Birds' });
  expect(engine.collections.calls).toEqual(['encode own-1 unified']);
  expect(data().intake).toMatchObject({ status: 'kept', name: 'Birds' });
  store.getState().closeIntake();
  expect(data().intake).toEqual({ status: 'idle' });
  expect(engine.intake.forgotten).toEqual([]);
});

test('a mapping that does not fit says so at once, and what fits is kept with it', async () => {
  const { engine, store, data } = open();
  engine.intake.answer(ARRAYS);
  await store.getState().takeIn([FILE]);
  const { proposal } = ARRAYS.arrays!;
  store.getState().setIntake({ mapping: { ...proposal, arrays: [] } });
  expect(data().intake).toMatchObject({ form: { problem: 'No array is used as vectors.' } });
  store.getState().setIntake({ mapping: proposal, name: 'Mine' });
  expect(data().intake).toMatchObject({ form: { problem: undefined } });
  await store.getState().keepIntake();
  expect(engine.intake.kept[0]).toMatchObject({ name: 'Mine', mapping: { name: 'Mine' } });
  // Arrays are not encoded: they are vectors already.
  expect(engine.collections.calls).toEqual([]);
});

test('what cannot be kept stays, with the reason; what is put away is let go', async () => {
  const { engine, store, data } = open();
  engine.intake.answer(ARRAYS, new InputError('The storage is full.'));
  await store.getState().takeIn([FILE]);
  await store.getState().keepIntake();
  expect(data().intake).toMatchObject({ status: 'understood', message: 'The storage is full.' });
  engine.intake.answer(MEDIA);
  await store.getState().takeIn([FILE]);
  expect(engine.intake.forgotten).toEqual(['intake-2']);
  store.getState().closeIntake();
  expect(engine.intake.forgotten).toEqual(['intake-2', 'intake-1']);
  engine.intake.answer(new InputError('It is nothing.'));
  await store.getState().takeIn([FILE]);
  expect(data().intake).toEqual({ status: 'failed', message: 'It is nothing.' });
  await store.getState().takeIn([]);
  expect(data().intake).toMatchObject({ message: expect.stringMatching(/There is no file in it/) as string });
});

test('progress that comes after its answer changes nothing', async () => {
  const { engine, store, data } = open();
  engine.intake.answer(MEDIA);
  const late: (() => void)[] = [];
  const understand = engine.intake.understand.bind(engine.intake);
  const keep = engine.intake.keep.bind(engine.intake);
  engine.intake.understand = (files, options) => {
    late.push(() => options?.onProgress?.({ done: 1, of: 2, words: 'Checking rows' }));
    return understand(files, options);
  };
  engine.intake.keep = (intake, options) => {
    late.push(() => options?.onProgress?.({ done: 1, of: 2, words: 'Keeping' }));
    return keep(intake, options);
  };
  await store.getState().takeIn([FILE]);
  late[0]!();
  expect(data().intake.status).toBe('understood');
  await store.getState().keepIntake();
  late[1]!();
  expect(data().intake.status).toBe('kept');
});

test('a drop that is cancelled while it is read comes to nothing', async () => {
  const { engine, store, data } = open();
  const answer = createDeferred<Intake>();
  engine.intake.understand = () => answer.promise;
  const taken = store.getState().takeIn([FILE]);
  await until(() => data().intake.status === 'reading');
  const { intake } = data();
  if (intake.status !== 'reading') throw new Error('It is read.');
  intake.cancel();
  answer.resolve(MEDIA);
  await taken;
  expect(data().intake).toEqual({ status: 'idle' });
  expect(engine.intake.forgotten).toEqual(['intake-1']);
});

test('another collection is opened once, and what went wrong is said', async () => {
  const opened: string[] = [];
  const { store, data } = open({
    useCollection(id) {
      opened.push(id);
      return Promise.reject(new InputError('It is gone.'));
    },
  });
  const asked = store.getState().useCollection('own');
  expect(data().opening).toBe('own');
  await store.getState().useCollection('own');
  await asked;
  expect(opened).toEqual(['own']);
  expect(data().opening).toBeUndefined();
  expect(store.getState().notice).toBe('It is gone.');
});

test('figures of a collection are counted once for each space with two modalities', async () => {
  const { engine, store, data } = open();
  store.getState().askQuality('tiny');
  store.getState().askQuality('tiny');
  await until(() => Object.values(data().quality).every(({ status }) => status === 'ready'));
  const asked = engine.collections.calls.filter((call) => call.startsWith('quality'));
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked).toContain('quality tiny unified');
  // Tags reads only.
  expect(asked).not.toContain('quality tiny tags');
});

test('a repository is written in several ways, and looked up', async () => {
  expect(repoOf(' https://huggingface.co/Xenova/clip-vit-base-patch32/tree/main ')).toBe(CLIP.repo);
  expect(repoOf(CLIP.repo)).toBe(CLIP.repo);
  expect(() => repoOf('clip')).toThrow(InputError);
  expect(() => repoOf('../../etc/passwd')).toThrow(InputError);
  const { store, data } = open();
  await store.getState().inspectRepo(CLIP.repo);
  expect(data().inspected).toMatchObject({ repo: CLIP.repo, plan: { status: 'ready' } });
  await store.getState().inspectRepo('nobody/nothing');
  expect(data().inspected?.plan).toEqual({
    status: 'failed',
    message: 'There is no repository nobody/nothing.',
  });
});

test('a download that never began is said; one that broke off says so itself', async () => {
  const { engine, store } = open();
  engine.models.download = () => Promise.reject(new InputError('There is no network.'));
  engine.models.put({
    downloads: [{ repo: 'a/b', precision: 'int8', state: 'failed', files: [], bytesPerS: undefined }],
  });
  await store.getState().download('a/b');
  expect(store.getState().notice).toBeUndefined();
  await store.getState().download('c/d');
  expect(store.getState().notice).toBe('There is no network.');
});

test('an encoder is tried before it is kept, and anew after a change', async () => {
  const { engine, store, data } = open();
  await store.getState().proposeEncoder([FILE]);
  expect(data().single).toMatchObject({ status: 'proposed', dryRun: { status: 'idle' } });
  await store.getState().tryEncoder();
  expect(data().single).toMatchObject({ dryRun: { status: 'ready', value: { dim: 256 } } });
  store.getState().setSpec({ ...PROPOSAL.spec, normalise: false });
  expect(data().single).toMatchObject({ dryRun: { status: 'idle' } });
  // An answer to a spec of before does not count.
  const slow = createDeferred<Awaited<ReturnType<typeof engine.models.dryRun>>>();
  engine.models.dryRun = () => slow.promise;
  const tried = store.getState().tryEncoder();
  store.getState().setSpec(PROPOSAL.spec);
  slow.resolve({ head: [], dim: 1, norm: 1, ms: 1, backend: 'wasm' });
  await tried;
  expect(data().single).toMatchObject({ dryRun: { status: 'idle' } });
  await store.getState().keepEncoder();
  expect(data().single).toEqual({ status: 'kept', encoderId: 'ears-256/audio' });
  engine.models.propose = () => Promise.reject(new InputError('It is no graph.'));
  await store.getState().proposeEncoder([FILE]);
  expect(data().single).toEqual({ status: 'failed', message: 'It is no graph.' });
});

test('spaces are bound through text by whoever can', async () => {
  const request = { collectionId: 'own', baseId: 'clip', expertId: 'clap' };
  const bindThroughText = vi.fn<(request: ThroughText) => Promise<void>>(() => Promise.resolve());
  const { store } = open({ bindThroughText });
  expect(store.getState().canBind).toBe(true);
  await store.getState().bindThroughText(request);
  expect(bindThroughText).toHaveBeenCalledExactlyOnceWith(request);
  const none = open().store;
  expect(none.getState().canBind).toBe(false);
  await none.getState().bindThroughText(request);
  expect(none.getState().notice).toBe('Nothing is bound in this lab.');
});

test('the kept report is there when the face was left meanwhile', async () => {
  const { engine, store, data } = open();
  engine.intake.answer(MEDIA, { ...EMPTY_REPORT, collectionId: undefined });
  await store.getState().takeIn([FILE]);
  store.getState().show('lab');
  await store.getState().keepIntake();
  expect(data().intake.status).toBe('kept');
  expect(engine.collections.calls).toEqual([]);
  store.getState().showData('models');
  expect(store.getState()).toMatchObject({ view: 'data', dataTab: 'models' });
});
