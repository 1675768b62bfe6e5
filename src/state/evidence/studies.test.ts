import { beforeEach, expect, test, vi } from 'vitest';
import { AbortedError, InputError } from '../../base/errors.ts';
import type { StudyRequest } from '../../engine/types.ts';
import { createFakeEngine } from '../fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem } from '../store.ts';
import type { Grid, LabState } from '../types.ts';
import { axesOf, N_STEPS } from './studies.ts';
import { until } from '../../base/until.testing.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => queueMicrotask(callback));
  return () => vi.unstubAllGlobals();
});

/** A lab whose studies are written down, and held while `gate` is set. */
function open(change: Partial<LabState> = {}) {
  const engine = createFakeEngine();
  const asked: StudyRequest[] = [];
  const lab = {
    gate: undefined as Promise<void> | undefined,
    broken: false,
    /** Holds the classifications. */
    classGate: undefined as Promise<void> | undefined,
    /** Space whose files cannot be read. */
    brokenSpace: '',
    /** Prompts cannot be encoded. */
    noClasses: false,
  };
  const study = engine.study.bind(engine);
  engine.study = async (request, options) => {
    asked.push(request);
    await lab.gate;
    if (options?.signal?.aborted) throw new AbortedError();
    if (lab.noClasses && request.tasks.includes('audio>class')) throw new InputError('no encoders');
    if ('spaceId' in request.subject && request.subject.spaceId === lab.brokenSpace) {
      throw new InputError('no such file');
    }
    if (lab.broken && request.settings.length > 100) throw new InputError('too much');
    const named = request.tasks.includes('audio>class');
    if (named) await lab.classGate;
    if (options?.signal?.aborted) throw new AbortedError();
    options?.onProgress?.(1);
    const result = await study(request, options);
    if (!named) return result;
    // A classification that tells which prompts it is of.
    const [{ length: nGallery }] = request.templates!['audio>class'] as [string];
    const nSettings = request.settings.length;
    const answers = { nSettings, nGallery, offsets: Uint32Array.of(0, 1), ranks: new Uint32Array(nSettings) };
    return { ...result, 'audio>class': answers };
  };
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  const settings = { ...defaultSettings(engine, query, engine.opening.gallery), ...change };
  const store = createLabStore(engine, settings);
  store.getState().open();
  return Object.assign(lab, { engine, store, asked, state: () => store.getState() });
}

async function counted(change?: Partial<LabState>) {
  const lab = open(change);
  await until(() => lab.state().studies.grid.status === 'ready');
  return lab;
}

function gridIn(state: LabState): Grid {
  const { grid } = state.studies;
  if (grid.status !== 'ready') throw new Error(`The grid is ${grid.status}.`);
  return grid.value;
}

test('after the first ranking: where the sliders stand, both ends, the tracks and the grid', async () => {
  const { state } = await counted();
  const { current, ends, tracks } = state().studies;
  expect(current!.factors).toEqual({ 'c-foley': { text: 0, audio: 0 } });
  expect(Object.keys(current!.result).length).toBe(6);
  expect(ends.status === 'ready' && Object.keys(ends.value.spaces)).toEqual(['unified', 'foley']);
  expect(ends.status === 'ready' && Object.keys(ends.value.spaces.foley!)).toEqual([
    'audio>text',
    'text>audio',
  ]);
  expect(Object.keys(tracks)).toEqual(['c-foley.text', 'c-foley.audio']);
  expect(tracks['c-foley.audio']!.result['audio>text']!.nSettings).toBe(N_STEPS);
  const grid = gridIn(state());
  expect([grid.x.id, grid.y.id]).toEqual(['c-foley.audio', 'c-foley.text']);
  expect(grid.result['audio>text']!.nSettings).toBe(N_STEPS * N_STEPS);
  // The base end of the grid is the base.
  const at = grid.result['audio>text']!;
  const base = ends.status === 'ready' ? ends.value.base['audio>text']! : undefined;
  expect([...at.ranks.subarray(0, at.ranks.length / at.nSettings)]).toEqual([...base!.ranks]);
});

test('sliders at rest: tracks are counted anew where another slider moved; a grid over both stays', async () => {
  const { state, asked } = await counted();
  const grid = gridIn(state());
  const before = state().studies.tracks;
  asked.length = 0;
  state().setFactor('c-foley', 'audio', 0.4);
  state().releaseFactor();
  await until(() => state().studies.tracks['c-foley.text'] !== before['c-foley.text']);
  expect(state().studies.tracks['c-foley.text']!.factors['c-foley']!.audio).toBe(0.4);
  expect(state().studies.tracks['c-foley.audio']).toBe(before['c-foley.audio']);
  expect(gridIn(state())).toBe(grid);
  expect(asked.every(({ settings }) => settings.length <= N_STEPS)).toBe(true);
  await until(() => state().studies.current!.factors['c-foley']!.audio === 0.4);
});

test('in the evidence a drag is counted at its newest place, one count at a time', async () => {
  const lab = await counted({ view: 'evidence' });
  await until(() => lab.asked.some(({ tasks }) => tasks.includes('audio>class')));
  await until(() => lab.state().studies.grid.status === 'ready');
  await new Promise((done) => setTimeout(done, 20));
  lab.asked.length = 0;
  let release!: () => void;
  lab.gate = new Promise((done) => (release = done));
  for (const f of [0.1, 0.2, 0.3]) lab.state().setFactor('c-foley', 'text', f);
  release();
  await until(() => lab.state().studies.current!.factors['c-foley']!.text === 0.3);
  const directions = lab.asked.filter(({ tasks }) => tasks.includes('audio>text'));
  expect(directions.map(({ settings }) => settings[0]!['c-foley']!.text)).toEqual([0.1, 0.3]);
});

test('another task is added to the tracks; another recipe drops everything of before', async () => {
  const { state } = await counted();
  state().set({ task: 'image>text' });
  await until(() => state().studies.tracks['c-foley.audio']!.result['image>text']);
  expect(state().studies.tracks['c-foley.audio']!.result['audio>text']).toBeDefined();
  await state().chooseRecipe('pictext-u');
  await until(() => state().studies.grid.status === 'ready');
  expect(gridIn(state()).recipeId).toBe('pictext-u');
  expect(Object.keys(state().studies.tracks)).toEqual(['d-pictext.text', 'd-pictext.image']);
});

test('an answer that comes after a change of the recipe is dropped', async () => {
  const lab = await counted();
  let release!: () => void;
  lab.gate = new Promise((done) => (release = done));
  lab.state().askShift('snr-0', 'c-foley.audio');
  await until(() => lab.asked.some(({ conditionId }) => conditionId === 'snr-0'));
  const moved = lab.state().chooseRecipe('pictext-u');
  release();
  await moved;
  await until(() => lab.state().studies.grid.status === 'ready');
  expect(lab.state().studies.shift).toEqual({});
});

test('a failed grid says why, and what is there stays', async () => {
  const lab = open();
  lab.broken = true;
  await until(() => lab.state().studies.grid.status === 'failed');
  expect(lab.state().studies.grid).toEqual({ status: 'failed', message: 'too much' });
  expect(Object.keys(lab.state().studies.tracks).length).toBe(2);
  lab.broken = false;
  lab.state().releaseFactor();
  await until(() => lab.state().studies.grid.status === 'ready');
});

test('prompts that cannot be encoded are a notice, and take no other figure with them', async () => {
  const lab = await counted();
  const { ends } = lab.state().studies;
  lab.noClasses = true;
  lab.state().show('evidence');
  await until(() => lab.state().notice === 'no encoders');
  expect(lab.state().studies.ends).toBe(ends);
  lab.state().setFactor('c-foley', 'audio', 0.6);
  await until(() => lab.state().studies.current!.factors['c-foley']!.audio === 0.6);
  lab.state().setAxes({ x: 'c-foley.text', y: 'c-foley.audio' });
  await until(
    () => lab.state().studies.grid.status === 'ready' && gridIn(lab.state()).x.id === 'c-foley.text',
  );
  lab.noClasses = false;
  lab.asked.length = 0;
  lab.state().retryStudies();
  await until(() => lab.asked.filter(({ tasks }) => tasks.includes('audio>class')).length > 3);
});

test('a space that cannot be read takes neither the base nor the other spaces with it', async () => {
  const lab = open();
  lab.brokenSpace = 'foley';
  await until(() => lab.state().studies.ends.status === 'ready');
  const { ends } = lab.state().studies;
  expect(ends.status === 'ready' && Object.keys(ends.value.spaces)).toEqual(['unified']);
  expect(ends.status === 'ready' && ends.value.base['audio>text']).toBeDefined();
  await until(() => lab.state().notice === 'no such file');
});

test('an answer for prompts of before is dropped', async () => {
  const lab = await counted({ view: 'evidence' });
  const prompts = () => {
    const { ends } = lab.state().studies;
    return ends.status === 'ready' ? ends.value.base['audio>class']?.nGallery : undefined;
  };
  await until(() => prompts() !== undefined);
  const seen = new Set<number | undefined>();
  lab.store.subscribe(() => seen.add(prompts()));
  let release!: () => void;
  lab.classGate = new Promise((done) => (release = done));
  lab.asked.length = 0;
  lab.state().setTemplates('audio>class', ['{}, it is']);
  await until(() => lab.asked.some(({ tasks }) => tasks.includes('audio>class')));
  lab.state().setTemplates('audio>class', ['{}']);
  release();
  await until(() => prompts() === '{}'.length);
  expect(seen).not.toContain('{}, it is'.length);
});

test('curves under a condition are kept until another slider moves', async () => {
  const { state, asked } = await counted();
  state().askShift('snr-10', 'c-foley.audio');
  await until(() => state().studies.shift['snr-10']?.status === 'ready');
  asked.length = 0;
  state().askShift('snr-10', 'c-foley.audio');
  expect(asked).toEqual([]);
  state().setFactor('c-foley', 'text', 0.5);
  state().askShift('snr-10', 'c-foley.audio');
  await until(() => asked.some(({ conditionId }) => conditionId === 'snr-10'));
  expect(() => state().askShift('snr-10', 'nothing.text')).toThrow(InputError);
});

test('other templates drop the classifications and have them counted with the new prompts', async () => {
  const lab = await counted({ view: 'evidence' });
  await until(() => lab.asked.some(({ tasks }) => tasks.includes('audio>class')));
  lab.asked.length = 0;
  lab.state().setTemplates('audio>class', ['a recording of {}']);
  await until(() => lab.asked.some(({ tasks }) => tasks.includes('audio>class')));
  expect(lab.asked.at(-1)!.templates!['audio>class']).toEqual(['a recording of {}']);
  expect(() => lab.state().setTemplates('audio>class', [])).toThrow(InputError);
  expect(() => lab.state().setTemplates('image>class', ['a picture'])).toThrow(/no place for the class/);
});

test('axes are the recipe’s, and two different sliders', async () => {
  const { state } = await counted();
  expect(axesOf(state())!.map(({ id }) => id)).toEqual(['c-foley.audio', 'c-foley.text']);
  state().setAxes({ x: 'c-foley.text', y: 'c-foley.audio' });
  await until(() => state().studies.grid.status === 'ready' && gridIn(state()).x.id === 'c-foley.text');
  expect(() => state().setAxes({ x: 'c-foley.text', y: 'c-foley.text' })).toThrow(InputError);
  expect(() => state().setAxes({ x: 'c-foley.text', y: 'c-foley.image' })).toThrow(InputError);
});
