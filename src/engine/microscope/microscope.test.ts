import { expect, test } from 'vitest';
import { AbortedError, DisposedError, InputError, MissingFileError, ModelError } from '../../base/errors.ts';
import { renderClip } from '../../world/sounds/clip.ts';
import { FakeWorker } from '../workers/workerPair.testing.ts';
import { createMicroscope } from './microscope.ts';
import { COMBINED, DISPLACED, makeSources } from './microscope.testing.ts';
import { MicroscopeService } from './microscopeService.ts';
import { createStudies } from './studies.ts';
import type { ConflictRequest, CountRequest, KeepsRequest, MicroscopeSources } from './types.ts';

const COUNT: CountRequest = {
  recipe: COMBINED,
  bondId: 'c',
  tasks: ['audio>text', 'image>text', 'audio>class'],
  settings: [{ name: 'projected', factors: { c: { text: 1, audio: 1 } } }],
};
const SIZES = { ...COUNT, replicates: [{ name: 'as it is', ensembles: {} }] };
const CONFLICT: ConflictRequest = {
  experts: ['ear', 'horn'],
  ensembles: ['ear-to-base', 'horn-to-base'],
  target: 'base',
};
const KEEPS: KeepsRequest = { bonds: [{ recipe: DISPLACED, bondId: 'd' }] };

function setUp(change: Partial<MicroscopeSources> = {}) {
  const made: FakeWorker[] = [];
  const create = () => {
    made.push(new FakeWorker(new MicroscopeService()));
    return made.at(-1) as unknown as Worker;
  };
  return { microscope: createMicroscope({ ...makeSources(), ...change }, create), made };
}

test('every study answers through the worker as it does on the calling thread', async () => {
  const { microscope, made } = setUp();
  const plain = createStudies(makeSources());
  expect(made).toHaveLength(0);
  expect(await microscope.memberStudy(COUNT)).toEqual(await plain.memberStudy(COUNT));
  expect(await microscope.sizeStudy(SIZES)).toEqual(await plain.sizeStudy(SIZES));
  expect(await microscope.conflictStudy(CONFLICT)).toEqual(await plain.conflictStudy(CONFLICT));
  expect(await microscope.keepsStudy(KEEPS)).toEqual(await plain.keepsStudy(KEEPS));
  expect(made).toHaveLength(1);
  microscope.dispose();
});

test('progress crosses in steps that can be seen, rises to 1, and ends with the answer', async () => {
  const { microscope } = setUp();
  const told: number[] = [];
  const tasks = ['audio>text', 'text>audio', 'image>text', 'text>image', 'audio>image'] as const;
  const settings = [0, 0.5, 1].map((f) => ({ name: `${f}`, factors: { c: { text: f, audio: f } } }));
  await microscope.memberStudy(
    { ...COUNT, tasks, settings, half: 'all' },
    { onProgress: (fraction) => told.push(fraction) },
  );
  const heard = [...told];
  // Whatever comes late has come when another study has been asked and answered.
  await microscope.keepsStudy(KEEPS);
  expect(told).toEqual(heard);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect(heard.at(-1)).toBe(1);
  expect(heard.length).toBeGreaterThan(20);
  expect(heard.length).toBeLessThanOrEqual(202);
  microscope.dispose();
});

test('an abort rejects at once, reaches what the page is asked for, and leaves the worker to others', async () => {
  const made = makeSources();
  const abort = new AbortController();
  let heard: AbortSignal | undefined;
  const { microscope } = setUp({
    members(id, x, signal) {
      if (signal !== abort.signal) return made.members(id, x);
      heard = signal;
      abort.abort();
      return new Promise<never>(() => undefined);
    },
  });
  await expect(microscope.memberStudy(COUNT, { signal: abort.signal })).rejects.toBeInstanceOf(AbortedError);
  expect(heard?.aborted).toBe(true);
  const { rows } = await microscope.memberStudy(COUNT, { signal: new AbortController().signal });
  expect(rows).toHaveLength(3);
  microscope.dispose();
});

test('an abort in the midst of counting ends the study in the worker too', async () => {
  const made = makeSources();
  const abort = new AbortController();
  const asked: string[] = [];
  const { microscope } = setUp({
    encodeTexts(id, texts, signal) {
      asked.push(id);
      return made.encodeTexts(id, texts, signal);
    },
  });
  const aborted = microscope.memberStudy(
    { ...COUNT, half: 'all' },
    { signal: abort.signal, onProgress: () => abort.abort() },
  );
  await expect(aborted).rejects.toBeInstanceOf(AbortedError);
  await microscope.keepsStudy(KEEPS);
  // The classes come last: that study never got there.
  expect(asked).toEqual([]);
  microscope.dispose();
});

test('errors arrive as the class they were, from the studies and from what the page serves', async () => {
  const missing = () => Promise.reject(new MissingFileError('model.onnx is not on the server'));
  const { microscope, made } = setUp({ members: missing });
  await expect(microscope.memberStudy(COUNT)).rejects.toBeInstanceOf(MissingFileError);
  await expect(microscope.memberStudy({ ...COUNT, settings: [] })).rejects.toBeInstanceOf(InputError);
  expect(made).toHaveLength(1);
  microscope.dispose();
});

test('studies that overlap are each served with their own', async () => {
  const { microscope } = setUp();
  const plain = createStudies(makeSources());
  const both = await Promise.all([microscope.keepsStudy(KEEPS), microscope.conflictStudy(CONFLICT)]);
  expect(both).toEqual([await plain.keepsStudy(KEEPS), await plain.conflictStudy(CONFLICT)]);
  microscope.dispose();
});

test('a worker that dies rejects its study, and the next one gets another; dispose() ends it', async () => {
  const { microscope, made } = setUp({ spaceEmbeddings: () => new Promise<never>(() => undefined) });
  const first = microscope.keepsStudy(KEEPS);
  made[0]!.crash('out of memory');
  await expect(first).rejects.toBeInstanceOf(ModelError);
  const second = microscope.keepsStudy(KEEPS);
  expect(made).toHaveLength(2);
  microscope.dispose();
  await expect(second).rejects.toBeInstanceOf(DisposedError);
  expect(made[1]!.terminated).toBe(true);
  await expect(microscope.keepsStudy(KEEPS)).rejects.toBeInstanceOf(DisposedError);
});

test('sounds are rendered in the worker', async () => {
  const { microscope } = setUp();
  const sounds = await microscope.renderSounds(2);
  const { audio } = makeSources().manifest;
  expect(sounds).toEqual(audio.slice(0, 2).map(({ clip }) => renderClip(clip!)));
  await expect(microscope.renderSounds(2, AbortSignal.abort())).rejects.toBeInstanceOf(AbortedError);
  microscope.dispose();
});
