import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { FormatError, InputError, MissingFileError } from '../../base/errors.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { SPACES } from '../../recipe/embedded.ts';
import { WORLD_ID } from '../../world/worldId.ts';
import { openWorld } from './worldSource.ts';

afterEach(() => void vi.unstubAllGlobals());

const space = (id: string) => SPACES.find((one) => one.id === id)!;

/** The site's files, some of them exchanged. */
function open(instead: Record<string, Uint8Array | undefined> = {}) {
  vi.stubGlobal('fetch', (url: string) => {
    const path = url.replace('https://lab.example/', '');
    const bytes = path in instead ? instead[path] : readFileSync(`public/${path}`);
    return Promise.resolve(bytes ? new Response(new Uint8Array(bytes)) : new Response('', { status: 404 }));
  });
  return openWorld((path) => `https://lab.example/${path}`);
}

test('the embedded world gives unit rows of every space, stored projections, sounds and peaks', async () => {
  const world = await open();
  expect(world.manifest.id).toBe(WORLD_ID);
  const { audio, text, image } = await world.embeddings(space('unified'));
  expect([text!.length, image!.length, audio!.length]).toEqual(
    (['text', 'image', 'audio'] as const).map((one) => world.manifest[one].length * space('unified').dim),
  );
  const row = audio!.subarray(0, space('unified').dim);
  expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  const projected = await world.projected('foley-to-unified', space('foley'), 'audio', 128);
  expect(projected).toHaveLength(world.manifest.audio.length * 128);
  expect(world.projected('mine', space('foley'), 'audio', 128)).toBeUndefined();
  // A space that was tuned has projections of its own where it has its own ears.
  const tuned = await world.projected(
    'unified-to-pictext',
    space('unified-dagger'),
    'audio',
    space('pictext').dim,
  );
  const plain = await world.projected('unified-to-pictext', space('unified'), 'audio', space('pictext').dim);
  expect(tuned).toHaveLength(plain!.length);
  expect(tuned).not.toEqual(plain);
  const sound = await world.sound(0);
  expect('samples' in sound && sound.samples.length > 1000).toBe(true);
  expect(world.peaks(1)).toHaveLength(48);
  await expect(world.sound(100_000)).rejects.toBeInstanceOf(InputError);
});

test('files that are missing, or of another collection, are said', async () => {
  await expect(open({ 'world/opening.json': undefined })).rejects.toBeInstanceOf(MissingFileError);
  const short = writeSafetensors({ text: { shape: [1, 96], data: new Float32Array(96).fill(1) } });
  const world = await open({ 'world/embeddings/pictext.safetensors': new Uint8Array(short) });
  await expect(world.embeddings(space('pictext'))).rejects.toThrow(/holds text \[1, 96\]/);
  await expect(world.embeddings(space('pictext'))).rejects.toBeInstanceOf(FormatError);
});
