import { beforeAll, describe, expect, test } from 'vitest';
import { AbortedError, InputError } from '../../base/errors.ts';
import { fakeRequest } from './fake.testing.ts';
import { MapJob } from './mapJob.ts';
import type { MapLayout, MapLayoutRequest, MapProgress, MapSliceId } from './types.ts';

const settings = { nNeighbors: 8, epochs: 120, relayEpochs: 60 };
const fake = (factor = 0.4) => {
  const request = fakeRequest({ nText: 90, nImage: 60, nAudio: 50, groups: 10, seed: 7, factor });
  return { ...request, settings };
};
const picture = (layout: MapLayout, id: MapSliceId) => layout.pictures[id]!.coordinates;

/** Mean distance of items in two pictures, paired by `shift` (0: each with itself), over those that both know. */
function meanDistance(a: Float32Array, b: Float32Array, shift = 0): number {
  const n = a.length / 2;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const j = (i + shift) % n;
    const distance = Math.hypot(a[2 * i]! - b[2 * j]!, a[2 * i + 1]! - b[2 * j + 1]!);
    if (Number.isNaN(distance)) continue;
    sum += distance;
    count++;
  }
  return sum / count;
}

describe('three slices of a collection', () => {
  const request = fake();
  let layout: MapLayout;
  const progress: MapProgress[] = [];
  beforeAll(async () => {
    layout = await new MapJob().layout(request, { onProgress: (p) => progress.push(p) });
  });

  test('the same request gives the same layout, another seed another', async () => {
    const again = await new MapJob().layout(request);
    expect(again.pictures).toEqual(layout.pictures);
    expect(again.figures).toEqual(layout.figures);
    const other = await new MapJob().layout({ ...request, seed: 2 });
    expect(other.pictures.unified).not.toEqual(layout.pictures.unified);
  });

  test('items lie near themselves in the next slice, far nearer than another item', () => {
    for (const [from, to] of [
      ['unified', 'current'],
      ['current', 'expert'],
    ] as const) {
      const self = meanDistance(picture(layout, from), picture(layout, to));
      const other = meanDistance(picture(layout, from), picture(layout, to), 37);
      expect(self).toBeLessThan(other / 3);
    }
  });

  test('without links the slices drift apart', async () => {
    const free = await new MapJob().layout({ ...request, settings: { ...settings, linkWeight: 0 } });
    const linked = meanDistance(picture(layout, 'current'), picture(layout, 'expert'));
    expect(meanDistance(picture(free, 'current'), picture(free, 'expert'))).toBeGreaterThan(1.2 * linked);
  });

  test('the pictures share one frame that their extent fills', () => {
    const all = [...picture(layout, 'unified'), ...picture(layout, 'current'), ...picture(layout, 'expert')];
    const seen = all.filter((value) => !Number.isNaN(value));
    const extent = Math.max(...seen.map(Math.abs));
    // 1 / 1.06 of the frame, the margin around it, or up to its edge where a stray stands.
    expect(extent).toBeGreaterThan(0.94);
    expect(extent).toBeLessThanOrEqual(1);
  });

  test('an expert that lacks a modality gives its items no place', () => {
    request.modality.forEach((m, i) => {
      expect(Number.isNaN(picture(layout, 'expert')[2 * i]!)).toBe(m === 1);
      expect(Number.isNaN(picture(layout, 'unified')[2 * i + 1]!)).toBe(false);
    });
    expect(layout.figures.slices.expert!.nItems).toBe(140);
    expect(layout.figures.slices.expert!.gaps.map(({ a, b }) => [a, b])).toEqual([['text', 'audio']]);
  });

  test('the figures are of the vectors', () => {
    const { slices, kept } = layout.figures;
    expect(slices.unified!.gaps).toHaveLength(3);
    for (const { distance } of slices.unified!.gaps) expect(distance).toBeGreaterThan(0.1);
    // Clusters that a picture can show: far above the half of a random one.
    expect(slices.unified!.trustworthiness).toBeGreaterThan(0.85);
    expect(slices.expert!.alignment!).toBeLessThan(slices.unified!.alignment!);
    expect(slices.unified!.uniformity!).toBeLessThan(0);
    expect(kept.map(({ from, to, nItems }) => [from, to, nItems])).toEqual([
      ['unified', 'current', 200],
      ['unified', 'expert', 140],
      ['current', 'expert', 140],
    ]);
    // The current vectors stand between the two.
    expect(kept[0]!.fraction).toBeGreaterThan(kept[1]!.fraction!);
    expect(kept[2]!.fraction).toBeGreaterThan(kept[1]!.fraction!);
  });

  test('progress has words and never falls', () => {
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.every(({ words }) => words.length > 3)).toBe(true);
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
  });

  test('re-laid at the same vectors, items stay where they were; the other slices exactly', async () => {
    const again = await new MapJob().relay(request, layout);
    expect(again.pictures.unified).toEqual(layout.pictures.unified);
    expect(again.pictures.expert).toEqual(layout.pictures.expert);
    expect(again.frame).toEqual(layout.frame);
    const moved = meanDistance(picture(layout, 'current'), picture(again, 'current'));
    const other = meanDistance(picture(layout, 'current'), picture(layout, 'current'), 37);
    expect(moved).toBeLessThan(other / 6);
  });

  test('re-laid at another factor, the picture follows its vectors', async () => {
    const job = new MapJob();
    const moved = await job.relay(fake(0.95), layout);
    const keptNow = moved.figures.kept.find(({ from }) => from === 'current')!.fraction!;
    const keptBefore = layout.figures.kept.find(({ from }) => from === 'current')!.fraction!;
    expect(keptNow).toBeGreaterThan(keptBefore);
    expect(moved.figures.slices.unified).toEqual(layout.figures.slices.unified);
    expect(moved.figures.kept).toHaveLength(3);
    expect(moved.figures.slices.current!.trustworthiness).toBeGreaterThan(0.85);
    // Deterministic, and the same whether slices were prepared before or not.
    expect(await job.relay(fake(0.95), layout)).toMatchObject({ pictures: moved.pictures });
  });
});

test('a cancel rejects as such, before and on the way', async () => {
  const gone = new AbortController();
  gone.abort();
  await expect(new MapJob().layout(fake(), { signal: gone.signal })).rejects.toBeInstanceOf(AbortedError);
  const controller = new AbortController();
  let after = 0;
  const job = new MapJob().layout(fake(), {
    signal: controller.signal,
    onProgress: ({ words }) => {
      if (controller.signal.aborted) after++;
      if (words.startsWith('Laying')) controller.abort();
    },
  });
  await expect(job).rejects.toBeInstanceOf(AbortedError);
  expect(after).toBe(0);
});

test('an item that lost its place in the last layout starts among its neighbours', async () => {
  const request = fake();
  const job = new MapJob();
  const layout = await job.layout(request);
  const holed = structuredClone(layout);
  picture(holed, 'current').fill(NaN, 0, 2);
  picture(holed, 'unified').fill(NaN, 0, 2);
  picture(holed, 'expert').fill(NaN, 0, 2);
  const again = await job.relay(request, holed);
  const [x, y] = picture(again, 'current');
  const group = [...request.group.keys()].filter(
    (i) => i > 0 && i < 90 && request.group[i] === request.group[0],
  );
  const distances = group.map((i) =>
    Math.hypot(picture(again, 'current')[2 * i]! - x!, picture(again, 'current')[2 * i + 1]! - y!),
  );
  expect(Math.min(...distances)).toBeLessThan(0.1);
});

test('one slice alone has no comparison', async () => {
  const request = fake();
  const { pictures, figures } = await new MapJob().layout({ ...request, slices: [request.slices[0]!] });
  expect(Object.keys(pictures)).toEqual(['unified']);
  expect(figures.kept).toEqual([]);
});

test.each([0, 1, 2, 3, 4, 5])('%i items', async (n) => {
  const rows = [1, 0, 0, 0, 1, 0, 0, 0, 1, -1, 0, 0, 0.6, 0.8, 0];
  const vectors = Float32Array.from(rows.slice(0, 3 * n));
  const request: MapLayoutRequest = {
    nItems: n,
    modality: new Uint8Array(n),
    pairs: new Uint32Array(),
    slices: [
      { id: 'unified', dim: 3, vectors },
      { id: 'current', dim: 3, vectors },
      { id: 'expert', dim: 3, vectors, known: new Uint8Array(n) },
    ],
  };
  const layout = await new MapJob().layout(request);
  expect([...picture(layout, 'unified')].every(Number.isFinite)).toBe(true);
  expect([...picture(layout, 'expert')].every(Number.isNaN)).toBe(true);
  const places = new Set(
    Array.from({ length: n }, (_, i) =>
      picture(layout, 'current')
        .slice(2 * i, 2 * i + 2)
        .join(),
    ),
  );
  expect(places.size).toBe(n);
  expect(layout.figures.slices.expert!.uniformity).toBeUndefined();
  const again = await new MapJob().relay(request, layout);
  expect(again.pictures.unified).toEqual(layout.pictures.unified);
});

test('equal vectors have places, and no figure fails on them', async () => {
  const n = 12;
  const vectors = Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 1 : 0));
  const layout = await new MapJob().layout({
    nItems: n,
    modality: new Uint8Array(n),
    pairs: Uint32Array.of(0, 1),
    slices: [{ id: 'unified', dim: 2, vectors }],
  });
  expect([...picture(layout, 'unified')].every(Number.isFinite)).toBe(true);
  expect(layout.figures.slices.unified).toMatchObject({ alignment: 0, uniformity: 0 });
});

test('above maxItems a seeded sample is laid', async () => {
  const request = { ...fake(), settings: { ...settings, epochs: 20, maxItems: 100 } };
  const layout = await new MapJob().layout(request);
  const laid = [...picture(layout, 'unified')].filter((value) => !Number.isNaN(value)).length / 2;
  expect([layout.nLaid, laid, layout.figures.slices.unified!.nItems]).toEqual([100, 100, 100]);
  const again = await new MapJob().relay(request, layout);
  expect([...picture(again, 'current')].map(Number.isNaN)).toEqual(
    [...picture(layout, 'current')].map(Number.isNaN),
  );
});

describe('refuses', () => {
  const bad: [what: string, change: (request: MapLayoutRequest) => void][] = [
    ['a vector that is not a number', ({ slices }) => (slices[1]!.vectors[33] = NaN)],
    ['a vector without length', ({ slices }) => slices[0]!.vectors.fill(0, 0, 24)],
    ['slices out of order', ({ slices }) => slices.reverse()],
    ['no slices', ({ slices }) => slices.splice(0)],
    ['shapes that do not fit', ({ slices }) => (slices[0]!.dim = 23)],
    ['a pair of no item', (request) => (request.pairs = Uint32Array.of(0, 200))],
    ['a setting out of range', (request) => (request.settings = { nNeighbors: 0 })],
  ];
  test.each(bad)('%s', async (_, change) => {
    const request: MapLayoutRequest = fake();
    change(request);
    await expect(new MapJob().layout(request)).rejects.toBeInstanceOf(InputError);
  });
  test('a last layout of another collection', async () => {
    const request = fake();
    const last: MapLayout = {
      frame: { centerX: 0, centerY: 0, unitsPerFrame: 1 },
      pictures: { current: { coordinates: new Float32Array(6) } },
      figures: { nNeighbors: 8, slices: {}, kept: [] },
      nLaid: 3,
      elapsedMs: 0,
    };
    await expect(new MapJob().relay(request, last)).rejects.toBeInstanceOf(InputError);
    await expect(
      new MapJob().relay({ ...request, slices: [request.slices[0]!] }, { ...last, pictures: {} }),
    ).rejects.toBeInstanceOf(InputError);
  });
  test('but never reads the vectors of unknown items', async () => {
    const request = { ...fake(), settings: { ...settings, epochs: 5 } };
    const at = request.modality.indexOf(1);
    request.slices[2]!.vectors.fill(NaN, at * 24, (at + 1) * 24);
    const layout = await new MapJob().layout(request);
    expect(layout.figures.slices.expert!.nItems).toBe(140);
  });
});
