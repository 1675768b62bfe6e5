import { afterAll, expect, test } from 'vitest';
import { AbortedError, DisposedError, InputError } from '../../base/errors.ts';
import { fakeRequest } from './fake.testing.ts';
import { MapJob } from './mapJob.ts';
import { createMaps } from './maps.ts';
import type { MapProgress } from './types.ts';

const maps = createMaps();
afterAll(() => maps.dispose());

const request = {
  ...fakeRequest({ nText: 60, nImage: 40, nAudio: 30, groups: 8 }),
  settings: { nNeighbors: 8, epochs: 60, relayEpochs: 30 },
};

test('the worker lays what the job lays, reports on the way, and re-lays', async () => {
  const progress: MapProgress[] = [];
  const layout = await maps.layout(request, (p) => progress.push(p));
  const plain = await new MapJob().layout(request);
  expect(layout.pictures).toEqual(plain.pictures);
  expect(layout.figures).toEqual(plain.figures);
  expect(progress.length).toBeGreaterThan(3);
  const again = await maps.relay(request, layout, () => undefined);
  expect(again.pictures.unified).toEqual(layout.pictures.unified);
  // The caller keeps what it handed over.
  expect(layout.pictures.current!.coordinates.length).toBe(260);
  expect(request.slices[0]!.vectors.length).toBe(130 * 24);
});

test('a cancel rejects at once as such, and the next layout goes on', async () => {
  const controller = new AbortController();
  const cancelled = maps.layout(request, () => controller.abort(), controller.signal);
  await expect(cancelled).rejects.toBeInstanceOf(AbortedError);
  await expect(maps.layout(request, () => undefined)).resolves.toMatchObject({ nLaid: 130 });
});

test('an error crosses as its class', async () => {
  await expect(maps.layout({ ...request, slices: [] }, () => undefined)).rejects.toBeInstanceOf(InputError);
});

test('a new item is placed beside its like', async () => {
  const layout = await maps.layout(request, () => undefined);
  const slice = request.slices[0]!;
  const coordinates = layout.pictures.unified!.coordinates;
  const [x, y] = maps.place(slice.vectors.slice(0, 24), slice, layout.pictures.unified!)!;
  expect(Math.hypot(x - coordinates[0]!, y - coordinates[1]!)).toBeLessThan(0.15);
  expect(() => maps.place(new Float32Array(3), slice, layout.pictures.unified!)).toThrow(InputError);
});

test('disposing rejects what is pending and what comes later', async () => {
  const own = createMaps();
  const pending = own.layout(request, () => own.dispose());
  await expect(pending).rejects.toBeInstanceOf(DisposedError);
  await expect(own.layout(request, () => undefined)).rejects.toBeInstanceOf(DisposedError);
});
